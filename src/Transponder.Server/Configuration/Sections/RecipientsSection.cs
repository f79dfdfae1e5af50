using Transponder.Notifiers;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>recipients</c>: what a name in a notification stands for.</summary>
internal static class RecipientsSection
{
    public static Dictionary<string, IReadOnlyList<string>> Read(ConfigSection section) =>
        section.Keys.ToDictionary(name => name, section.Texts, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every address that a name stands for must lead somewhere.</summary>
    public static void Check(ConfigSection section, TransponderOptions options)
    {
        foreach (var (name, targets) in Read(section))
        {
            if (targets.Count == 0)
                section.Error(name, "stands for nobody; remove it or name an address");
            foreach (var target in targets.Where(target => !options.Recipients.ContainsKey(target)))
            {
                var (channel, part) = Split(target);
                if (options.Channels.TryGetValue(channel, out var known))
                {
                    if (known.CheckTarget(part) is { } wrong)
                        section.Error(name, $"\"{target}\": {wrong}");
                }
                else if (!target.Contains('@', StringComparison.Ordinal))
                    section.Error(name, $"\"{target}\" is neither an e-mail address nor a channel under channels");
                else if (EmailAddress.Check(target) is { } problem)
                    section.Error(name, $"\"{target}\" is not an e-mail address: {problem}");
            }
        }
    }

    private static (string Channel, string? Target) Split(string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (address, null) : (address[..colon], address[(colon + 1)..]);
    }
}
