using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Notifiers.Templates;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>notifications</c>, as Flyte writes it, with keys of ours for what Flyte has no key for.</summary>
internal static class NotificationsSection
{
    public static NotificationOptions Read(ConfigSection section, ConfigSection secrets)
    {
        var emailer = section.Section("emailer");
        var directory = secrets.Text("secrets-prefix", "/etc/secrets");
        secrets.Ignore("env-prefix", "type");
        section.Ignore("region", "aws", "gcp", "processor", "reconnectAttempts", "reconnectDelaySeconds");
        return new NotificationOptions
        {
            Enabled = IsEnabled(section),
            StrictAddresses = section.Flag("strictAddresses", true),
            Email = Email(emailer, directory, IsEnabled(section)),
            Subject = Template(emailer, "subject"),
            Body = Template(emailer, "body"),
        };
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
                    $"\"{broker}\" needs a message broker, which this version does not speak yet; use embedded, which keeps the queue in the store"
                );
                return true;
            case var other:
                section.Error("type", $"\"{other}\" is none of local, embedded, sandbox");
                return false;
        }
    }

    private static EmailOptions? Email(ConfigSection emailer, string secrets, bool enabled)
    {
        var server = emailer.Section("emailServerConfig");
        server.Ignore("apiKeyEnvVar", "apiKeyFilePath");
        switch (server.Text("serviceName"))
        {
            case null or "":
                if (enabled && (emailer.Has("sender") || emailer.Has("subject") || emailer.Has("body")))
                    emailer.Warn(
                        "emailServerConfig",
                        "there is no mail server, so mail will wait in the store; set serviceName: smtp, smtpServer and smtpPort"
                    );
                emailer.Ignore("sender");
                return null;
            case "smtp":
                return Smtp(emailer, server, secrets);
            case var other:
                server.Error(
                    "serviceName",
                    $"\"{other}\" is not a mail service that this version can use; use smtp (SendGrid and SES have SMTP endpoints)"
                );
                return null;
        }
    }

    private static EmailOptions? Smtp(ConfigSection emailer, ConfigSection server, string secrets)
    {
        var defaults = new EmailOptions { Sender = "", Host = "" };
        var username = server.Text("smtpUsername");
        var options = new EmailOptions
        {
            Sender = emailer.Required("sender", "the From address"),
            Host = server.Required("smtpServer", "the mail server's name"),
            Port = server.Number("smtpPort", 25, 1, 65535),
            Username = username is { Length: > 0 } ? username : null,
            Password = server.Text("smtpPasswordSecretName") is { Length: > 0 } name ? SecretRef.FromFlyteSecret(name, secrets) : null,
            SkipTlsVerify = server.Flag("smtpSkipTLSVerify", false),
            Tls = server.Choice(
                "smtpTls",
                SmtpTls.Auto,
                ("auto", SmtpTls.Auto),
                ("required", SmtpTls.Required),
                ("opportunistic", SmtpTls.Opportunistic),
                ("none", SmtpTls.None),
                ("implicit", SmtpTls.Implicit)
            ),
            CaFile = server.Text("smtpCaFile"),
            EhloName = server.Text("smtpEhloName"),
            PoolSize = server.Number("smtpConnections", defaults.PoolSize, 1, 100),
        };
        foreach (var (option, problem) in options.Check())
            Report(emailer, server, options, option, problem);
        return options;
    }

    private static void Report(ConfigSection emailer, ConfigSection server, EmailOptions options, string option, string problem)
    {
        if (option == "sender" && options.Sender.Length > 0)
            emailer.Error("sender", problem);
        else if (option == "password" && options.Password is not null)
            // A secret that is mounted late must not keep the server from taking events.
            server.Warn("smtpPasswordSecretName", $"{problem}; mail will wait until it is there");
        else if (Keys.TryGetValue(option, out var key) && (option != "host" || options.Host.Length > 0))
            server.Error(key, problem);
    }

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["host"] = "smtpServer",
        ["port"] = "smtpPort",
        ["password"] = "smtpPasswordSecretName",
        ["ehloName"] = "smtpEhloName",
        ["caFile"] = "smtpCaFile",
        ["tls"] = "smtpTls",
        ["poolSize"] = "smtpConnections",
    };
}
