using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>notifications</c>, as Flyte writes it, with keys of ours for what Flyte has no key for.</summary>
internal static class NotificationsSection
{
    public static NotificationOptions Read(ConfigSection section, ConfigSection secrets, OutboundPolicy outbound)
    {
        var emailer = section.Section("emailer");
        var enabled = IsEnabled(section);
        var directory = secrets.Text("secrets-prefix", "/etc/secrets");
        secrets.Ignore("env-prefix", "type");
        section.Ignore("gcp", "processor", "reconnectAttempts", "reconnectDelaySeconds");
        return new NotificationOptions
        {
            Enabled = enabled,
            StrictAddresses = section.Flag("strictAddresses", true),
            Mail = Mail(section, emailer, directory, outbound, enabled),
            Subject = Template(emailer, "subject"),
            Body = Template(emailer, "body"),
        };
    }

    private static ChannelOptions? Mail(ConfigSection section, ConfigSection emailer, string secrets, OutboundPolicy outbound, bool enabled)
    {
        var (projects, domains) = (ChannelsSection.Names(emailer, "projects"), ChannelsSection.Names(emailer, "domains"));
        return MailSection.Read(section, emailer, secrets, outbound, enabled) is { } mail
            ? mail with
            {
                Projects = projects,
                Domains = domains,
            }
            : null;
    }

    /// <summary>A template of the platform's own; what looks like a token and is none stays as written, with a warning.</summary>
    public static string? Template(ConfigSection section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } text)
            return null;
        foreach (var unknown in Notifiers.Templates.Template.Parse(text).UnknownTokens)
            section.Warn(key, $"{unknown} is no token that Transponder knows, and stays as it is written");
        return text;
    }

    private static bool IsEnabled(ConfigSection section)
    {
        switch (section.Text("type"))
        {
            case null or "" or "local":
                return false;
            case "embedded" or "sandbox":
                return true;
            case ("aws" or "gcp" or "kafka") and var broker:
                section.Error(
                    "type",
                    $"\"{broker}\" needs a message broker, which this version does not speak yet; use embedded, which keeps the queue in the store, and for SES emailer.emailServerConfig.serviceName: ses"
                );
                return true;
            case var other:
                section.Error("type", $"\"{other}\" is none of local, embedded, sandbox");
                return false;
        }
    }
}
