namespace Transponder.Server.Channels;

/// <summary>The types of channel that are built in: one line each.</summary>
internal static class ChannelTypes
{
    private static readonly IChannelRegistration[] BuiltIn =
    [
        new WebhookRegistration(),
        new SlackRegistration(),
        new PagerDutyRegistration(),
        new TeamsRegistration(),
        new DiscordRegistration(),
        new GoogleChatRegistration(),
        new SendGridRegistration(),
        new SesRegistration(),
        new AppriseRegistration(),
        new ConsoleRegistration(),
    ];

    /// <summary>Their names, for people.</summary>
    public static string Known { get; } = string.Join(", ", BuiltIn.Select(type => type.Type));

    /// <summary>The type of that name; null when there is none.</summary>
    public static IChannelRegistration? Find(string type) => Array.Find(BuiltIn, known => known.Type == type);
}
