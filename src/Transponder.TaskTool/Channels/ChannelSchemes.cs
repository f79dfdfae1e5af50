using System.Security.Cryptography;
using Transponder.Notifiers;
using Transponder.TaskTool.Channels.Schemes;

namespace Transponder.TaskTool.Channels;

/// <summary>Every kind of channel that the tool knows.</summary>
internal static class ChannelSchemes
{
    public static IReadOnlyList<ChannelScheme> All { get; } =
    [
        new SlackScheme(),
        new TeamsScheme(),
        new DiscordScheme(),
        new GoogleChatScheme(),
        new PagerDutyScheme(),
        new EmailScheme(),
        new SendGridScheme(),
        new WebhookScheme(),
        new AppriseScheme(),
        new ServerScheme(),
        new ExecScheme(),
        new ConsoleScheme(),
    ];

    /// <summary>Opens the channel of an address; null and what is wrong when it cannot be.</summary>
    public static Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        var scheme = All.FirstOrDefault(scheme => scheme.Names.Contains(address.Scheme));
        problem = scheme is null
            ? $"there is no kind of channel {address.Scheme}: there are {Known}"
            : scheme.CheckOptions(address) ?? (scheme.IsPlain(address, setting) || OpenSsl.IsThere ? null : OpenSsl.Missing);
        if (problem is not null || scheme is null)
            return null;
        try
        {
            return scheme.Open(address, setting, out problem);
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = error.Message;
            return null;
        }
    }

    private static string Known => string.Join(", ", All.Select(scheme => scheme.Names[0]));
}
