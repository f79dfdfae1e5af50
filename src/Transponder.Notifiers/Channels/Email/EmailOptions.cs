using System.Net;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>How mail leaves: the sender, the SMTP server, and the limits of the connections that are kept to it.</summary>
public sealed record EmailOptions
{
    /// <summary>The From address, with or without a display name: <c>Flyte &lt;flyte@example.com&gt;</c>.</summary>
    public required string Sender { get; init; }

    /// <summary>The SMTP server's name or IP address.</summary>
    public required string Host { get; init; }

    /// <summary>The SMTP server's port.</summary>
    public int Port { get; init; } = 25;

    /// <summary>The user to authenticate as; null = no authentication.</summary>
    public string? Username { get; init; }

    /// <summary>The user's password, resolved anew for each connection.</summary>
    public SecretRef? Password { get; init; }

    /// <summary>How the connection is protected.</summary>
    public SmtpTls Tls { get; init; }

    /// <summary>Takes any certificate. For tests and emergencies: whoever sits on the path can then read the credentials.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>A PEM file with the authorities to trust instead of the system's; null = the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The name given in EHLO; null = the connection's own IP address as a literal.</summary>
    public string? EhloName { get; init; }

    /// <summary>The most connections at one time.</summary>
    public int PoolSize { get; init; } = 4;

    /// <summary>How long an unused connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old a connection may grow before it is replaced.</summary>
    public TimeSpan MaxConnectionAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many messages go over one connection before it is replaced.</summary>
    public int MaxMessagesPerConnection { get; init; } = 100;

    /// <summary>The longest wait for the TCP connection, name lookup included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for the reply to a command, for the greeting and for the TLS handshake.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait for the reply to a whole message. Servers may scan mail for minutes; a shorter wait makes duplicates.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that one attempt may take altogether.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(7);

    /// <summary>Finds what is wrong with the options without connecting: each problem with the option's key. A password that cannot be read is one.</summary>
    public IEnumerable<(string Key, string Problem)> Check()
    {
        foreach (var problem in CheckForm())
            yield return problem;
        if (CaFile is not null && !File.Exists(CaFile))
            yield return ("caFile", $"no such file: {CaFile}");
        if (Password is not null && !Password.TryResolve(out _, out var unreadable))
            yield return ("password", unreadable);
    }

    /// <summary>What is wrong whatever the world outside looks like.</summary>
    internal IEnumerable<(string Key, string Problem)> CheckForm()
    {
        if (EmailAddress.Check(Sender) is { } sender)
            yield return ("sender", sender);
        if (string.IsNullOrWhiteSpace(Host) || Host.Any(c => c <= ' ' || c == 0x7f))
            yield return ("host", "the SMTP server's name is missing or malformed");
        if (Port is < 1 or > 65535)
            yield return ("port", "the port must lie between 1 and 65535");
        if (Username is not null && Password is null)
            yield return ("password", "a username needs a password");
        if (EhloName is not null && (EhloName.Length is 0 or > 255 || EhloName.Any(c => c <= ' ' || c >= 0x7f)))
            yield return ("ehloName", "the EHLO name must be a host name in ASCII");
        if (Username is not null && Tls == SmtpTls.None && !IsLoopbackName(Host))
            yield return ("tls", "credentials need TLS unless the server is on loopback");
        if (PoolSize < 1)
            yield return ("poolSize", "at least one connection is needed");
        if (MaxMessagesPerConnection < 1)
            yield return ("maxMessagesPerConnection", "at least one message per connection is needed");
        foreach (var (key, value) in Durations())
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                yield return (key, "must be longer than zero and at most an hour");
        }
    }

    /// <summary>The protection that <see cref="SmtpTls.Auto"/> stands for at this port.</summary>
    internal SmtpTls EffectiveTls =>
        Tls != SmtpTls.Auto ? Tls
        : Port == 465 ? SmtpTls.Implicit
        : SmtpTls.Opportunistic;

    private (string Key, TimeSpan Value)[] Durations() =>
        [
            ("idleTimeout", IdleTimeout),
            ("maxConnectionAge", MaxConnectionAge),
            ("connectTimeout", ConnectTimeout),
            ("commandTimeout", CommandTimeout),
            ("dataTimeout", DataTimeout),
            ("attemptTimeout", AttemptTimeout),
        ];

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip);
}
