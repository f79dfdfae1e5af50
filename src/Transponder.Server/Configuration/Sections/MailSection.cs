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

    private static readonly string[] SendGridKeys = ["apiKeyEnvVar", "apiKeyFilePath", "apiUrl"];

    public static ChannelOptions? Read(
        ConfigSection notifications,
        ConfigSection emailer,
        string secrets,
        OutboundPolicy outbound,
        bool enabled
    )
    {
        var server = emailer.Section("emailServerConfig");
        notifications.Ignore("region", "aws");
        switch (server.Text("serviceName"))
        {
            case "ses":
            // Flyte's own choice where no service is named.
            case null or "" when notifications.Text("type") == "aws" && emailer.Has("sender"):
                server.Ignore([.. SmtpKeys, .. SendGridKeys]);
                return Ses(notifications, emailer);
            case null or "":
                if (enabled && (emailer.Has("sender") || emailer.Has("subject") || emailer.Has("body")))
                    emailer.Warn(
                        "emailServerConfig",
                        "there is no mail server, so mail will wait in the store; set serviceName: smtp, smtpServer and smtpPort"
                    );
                emailer.Ignore("sender");
                server.Ignore(SendGridKeys);
                return null;
            case "smtp":
                server.Ignore(SendGridKeys);
                return Smtp(emailer, server, secrets);
            case "sendgrid":
                server.Ignore(SmtpKeys);
                return SendGrid(emailer, server, outbound);
            case var other:
                server.Error("serviceName", $"\"{other}\" is not a mail service; known: smtp, sendgrid, ses");
                return null;
        }
    }

    private static SesChannelOptions? Ses(ConfigSection notifications, ConfigSection emailer)
    {
        var aws = notifications.Section("aws");
        var sender = emailer.Required("sender", "the From address, one that SES has verified");
        var region = aws.Text("region") ?? notifications.Text("region") ?? "";
        var options = SesRegistration.Read(aws, sender, region);
        if (region.Length == 0)
            aws.Error("region", "is missing: the region whose SES sends");
        if (sender.Length == 0 || region.Length == 0)
            return null;
        foreach (var (option, problem) in options.Check())
            (option == "from" ? emailer : aws).Error(option == "from" ? "sender" : option, problem);
        return new SesChannelOptions { Ses = options };
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
