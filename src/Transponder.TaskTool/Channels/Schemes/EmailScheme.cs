using System.Globalization;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>Mail over SMTP: user and server, who sends, who receives.</summary>
internal sealed class EmailScheme : ChannelScheme
{
    public override IReadOnlyList<string> Names => ["smtp", "smtps"];

    public override string Form => "smtp://user@host:587?from=a@b.c&to=d@e.f&password=env:P";

    public override IReadOnlyList<string> Options => ["from", "to", "password", "tls", "ca"];

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        var place = address.Rest.TrimEnd('/');
        var at = place.LastIndexOf('@');
        var user = at < 0 ? null : Uri.UnescapeDataString(place[..at]);
        if (Recipients.Of(address, out problem) is not { } to || !TryHost(place[(at + 1)..], out var host, out var port, out problem))
            return null;
        if (Protection(address) is not { } tls)
        {
            problem = "tls is auto, starttls, implicit or none";
            return null;
        }
        if (user?.Contains(':', StringComparison.Ordinal) == true)
        {
            problem = "the password must not be part of the address; write password=env:NAME among its options";
            return null;
        }
        SecretRef? password = null;
        if (
            address.Option("password") is { } secret
            && (password = setting.Secret(secret, $"{address.Shown}: password", out problem)) is null
        )
            return null;
        var options = new EmailOptions
        {
            Sender = address.Option("from") ?? to[0],
            Host = host,
            Port =
                port
                ?? (
                    tls == SmtpTls.Implicit ? 465
                    : user is null ? 25
                    : 587
                ),
            Username = user,
            Password = password,
            Tls = tls,
            CaFile = address.Option("ca"),
            CommandTimeout = TimeSpan.FromSeconds(20),
        };
        return Recipients.Each(to, () => new EmailNotifier(options, setting.Pod.Time));
    }

    private static bool TryHost(string text, out string host, out int? port, out string? problem)
    {
        host = text;
        port = null;
        problem = null;
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && !text.EndsWith(']'))
        {
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                problem = "the port is not a number";
            host = text[..colon];
            port = number;
        }
        host = host.Trim('[', ']');
        return problem is null;
    }

    private static SmtpTls? Protection(ChannelAddress address) =>
        (address.Scheme, address.Option("tls")) switch
        {
            ("smtps", null) or (_, "implicit") => SmtpTls.Implicit,
            (_, null or "auto") => SmtpTls.Auto,
            (_, "starttls") => SmtpTls.Required,
            (_, "none") => SmtpTls.None,
            _ => null,
        };
}
