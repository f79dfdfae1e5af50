using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Notifiers.Channels.SendGrid;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>notifications.emailer.emailServerConfig</c>: the service by which mail leaves, by Flyte's keys and a few of ours.</summary>
internal static class MailSection
{
    private static readonly string[] SmtpKeys =
    [
        "smtpServer",
        "smtpPort",
        "smtpUsername",
        "smtpPasswordSecretName",
        "smtpSkipTLSVerify",
        "smtpTls",
        "smtpCaFile",
        "smtpEhloName",
        "smtpConnections",
    ];

    public static ChannelOptions? Read(ConfigSection emailer, string secrets, OutboundPolicy outbound, bool enabled)
    {
        var server = emailer.Section("emailServerConfig");
        switch (server.Text("serviceName"))
        {
            case null or "":
                if (enabled && (emailer.Has("sender") || emailer.Has("subject") || emailer.Has("body")))
                    emailer.Warn(
                        "emailServerConfig",
                        "there is no mail server, so mail will wait in the store; set serviceName: smtp, smtpServer and smtpPort"
                    );
                emailer.Ignore("sender");
                server.Ignore(["apiKeyEnvVar", "apiKeyFilePath", "apiUrl"]);
                return null;
            case "smtp":
                server.Ignore(["apiKeyEnvVar", "apiKeyFilePath", "apiUrl"]);
                return Smtp(emailer, server, secrets);
            case "sendgrid":
                server.Ignore(SmtpKeys);
                return SendGrid(emailer, server, outbound);
            case var other:
                server.Error("serviceName", $"\"{other}\" is not a mail service; known: smtp, sendgrid");
                return null;
        }
    }

    private static SendGridChannelOptions? SendGrid(ConfigSection emailer, ConfigSection server, OutboundPolicy outbound)
    {
        var sender = emailer.Required("sender", "the From address, one that SendGrid has verified");
        var (variable, file) = (server.Text("apiKeyEnvVar"), server.Text("apiKeyFilePath"));
        var apiUrl = server.Text("apiUrl", SendGridOptions.PublicApi);
        if (variable is not { Length: > 0 } && file is not { Length: > 0 })
        {
            server.Error("apiKeyEnvVar", "is missing: the variable with SendGrid's API key; or apiKeyFilePath, a file with it");
            return null;
        }
        if (sender.Length == 0)
            return null;

        // Flyte's own order: the variable wins.
        var key = variable is { Length: > 0 } ? SecretRef.FromEnvironment(variable) : SecretRef.FromFile(file!);
        var options = new SendGridOptions
        {
            ApiKey = key,
            From =
                EmailAddress.TryParse(sender, out var address, out _) && address.DisplayName is null
                    ? $"Flyte Notifications <{sender}>"
                    : sender,
            ApiUrl = apiUrl,
        };
        foreach (var (option, problem) in options.Check(outbound))
        {
            if (option == "from")
                emailer.Error("sender", problem);
            else
                server.Report(
                    option switch
                    {
                        "apiKey" when variable is { Length: > 0 } => "apiKeyEnvVar",
                        "apiKey" => "apiKeyFilePath",
                        _ => option,
                    },
                    problem,
                    [key]
                );
        }
        return new SendGridChannelOptions { SendGrid = options };
    }

    private static SmtpChannelOptions Smtp(ConfigSection emailer, ConfigSection server, string secrets)
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
        return new SmtpChannelOptions { Smtp = options };
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
