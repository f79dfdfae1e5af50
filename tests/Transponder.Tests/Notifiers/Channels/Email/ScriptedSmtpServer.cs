using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>A command that the server has read. Verb is <c>CONNECT</c> for the greeting and <c>.</c> for the end of a mail.</summary>
public sealed record SmtpCommand(int Connection, string Verb, string Line);

/// <summary>A mail as it came over the wire: the content is undotted but otherwise as received.</summary>
public sealed record SmtpMail(string From, IReadOnlyList<string> Recipients, byte[] Content);

/// <summary>An SMTP server on loopback whose every answer a test can replace.</summary>
public sealed class ScriptedSmtpServer : IAsyncDisposable
{
    /// <summary>As an answer: none, the connection stays open.</summary>
    public const string Hush = "\u0001hush";

    /// <summary>As an answer: none, the connection is closed.</summary>
    public const string HangUp = "\u0002hang up";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<SmtpCommand> _commands = [];
    private readonly List<SmtpMail> _mails = [];
    private readonly List<Socket> _open = [];
    private ClosedPort? _closed;
    private int _connections;
    private int _mailsRead;

    public ScriptedSmtpServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public IReadOnlyList<string> Extensions { get; set; } = ["PIPELINING", "SIZE 10000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];

    /// <summary>Answers a command; null = as a friendly server would.</summary>
    public Func<SmtpCommand, string?> Script { get; set; } = _ => null;

    /// <summary>Holds back the answer to a whole mail until it completes.</summary>
    public Task MailAnswer { get; set; } = Task.CompletedTask;

    /// <summary>Whole mails that were read, answered or not.</summary>
    public int MailsRead => Volatile.Read(ref _mailsRead);

    /// <summary>Offers STARTTLS with this certificate, or speaks TLS at once.</summary>
    public X509Certificate2? Certificate { get; init; }

    public bool ImplicitTls { get; init; }

    /// <summary>Whether some client sent a command before the reply to the one before.</summary>
    public bool SawPipelining { get; private set; }

    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<SmtpCommand> Commands
    {
        get
        {
            lock (_lock)
                return [.. _commands];
        }
    }

    public IReadOnlyList<SmtpMail> Mails
    {
        get
        {
            lock (_lock)
                return [.. _mails];
        }
    }

    /// <summary>The verbs that were received, in order.</summary>
    public string Dialogue => string.Join(' ', Commands.Select(c => c.Verb));

    /// <summary>A notifier that sends to this server.</summary>
    public EmailNotifier NewNotifier(Func<EmailOptions, EmailOptions>? change = null, TimeProvider? time = null)
    {
        var options = new EmailOptions
        {
            Sender = "flyte@example.com",
            Host = "127.0.0.1",
            Port = Port,
            ConnectTimeout = TimeSpan.FromMinutes(1),
        };
        return new EmailNotifier(change?.Invoke(options) ?? options, time);
    }

    /// <summary>A small message to one recipient.</summary>
    public static Message NewMessage() =>
        new()
        {
            Id = "m1",
            Target = "lead@example.com",
            Title = "Title",
            Body = "Body",
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };

    /// <summary>Closes all open connections.</summary>
    public void CloseAll()
    {
        lock (_lock)
        {
            foreach (var socket in _open)
                socket.Dispose();
            _open.Clear();
        }
    }

    /// <summary>Connections are refused from now on, and nobody else gets the port; the open ones end.</summary>
    public void Refuse()
    {
        CloseAll();
        _listener.Stop();
        _closed = new ClosedPort(Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        CloseAll();
        _closed?.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                lock (_lock)
                    _open.Add(socket);
                _ = ServeAsync(socket, Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var wire = new SmtpWire(stream);
            await TalkAsync(ImplicitTls ? await SecureAsync(wire) : wire, number);
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The client went away, or the test is over.
        }
    }

    private async Task TalkAsync(SmtpWire wire, int number)
    {
        if (!await AnswerAsync(wire, new SmtpCommand(number, "CONNECT", ""), "220 scripted ESMTP"))
            return;
        var from = "";
        List<string> recipients = [];
        var login = 0;
        while (await wire.LineAsync(_end.Token) is { } line)
        {
            SawPipelining |= wire.HasMore;
            var verb = login > 0 ? "LOGIN" : line.Split(' ', ':')[0].ToUpperInvariant();
            var command = new SmtpCommand(number, verb, line);
            lock (_lock)
                _commands.Add(command);

            if (verb == "MAIL")
                (from, recipients) = (line, []);
            if (!await AnswerAsync(wire, command, Friendly(verb, line, login, recipients.Count, wire.IsSecure)))
                return;
            if (verb == "RCPT" && wire.LastAnswer.StartsWith('2'))
                recipients.Add(line);
            if (verb == "STARTTLS" && wire.LastAnswer.StartsWith("220", StringComparison.Ordinal))
                wire = await SecureAsync(wire);
            if (verb == "DATA" && wire.LastAnswer.StartsWith("354", StringComparison.Ordinal))
            {
                var mail = new SmtpMail(from, recipients, await wire.ContentAsync(_end.Token));
                Interlocked.Increment(ref _mailsRead);
                await MailAnswer.WaitAsync(_end.Token);
                if (!await AnswerAsync(wire, new SmtpCommand(number, ".", ""), "250 2.0.0 Ok: queued as Q1", mail))
                    return;
            }
            login = wire.LastAnswer.StartsWith("334", StringComparison.Ordinal) ? login + 1 : 0;
            if (wire.LastAnswer.StartsWith("221", StringComparison.Ordinal) || wire.LastAnswer.StartsWith("421", StringComparison.Ordinal))
                return;
        }
    }

    private string Friendly(string verb, string line, int login, int recipients, bool secure) =>
        verb switch
        {
            "EHLO" => Ehlo(secure),
            "HELO" or "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 2.0.0 Ok",
            "DATA" when recipients > 0 => "354 go ahead",
            "DATA" => "503 5.5.1 no recipients",
            "STARTTLS" => "220 go ahead",
            "AUTH" when line == "AUTH LOGIN" => "334 VXNlcm5hbWU6",
            "LOGIN" when login == 1 => "334 UGFzc3dvcmQ6",
            "AUTH" or "LOGIN" => "235 2.7.0 welcome",
            "QUIT" => "221 2.0.0 bye",
            _ => "500 5.5.2 what?",
        };

    private string Ehlo(bool secure)
    {
        List<string> lines = ["scripted", .. Extensions];
        if (Certificate is not null && !secure)
            lines.Add("STARTTLS");
        return string.Join("\r\n", lines.Select((l, i) => (i == lines.Count - 1 ? "250 " : "250-") + l));
    }

    private async Task<bool> AnswerAsync(SmtpWire wire, SmtpCommand command, string friendly, SmtpMail? mail = null)
    {
        var answer = Script(command) ?? friendly;
        wire.LastAnswer = answer;
        if (mail is not null && answer.StartsWith('2'))
        {
            lock (_lock)
                _mails.Add(mail);
        }
        if (answer == HangUp)
            return false;
        if (answer == Hush)
            await Task.Delay(Timeout.Infinite, _end.Token);
        await wire.WriteAsync(answer + "\r\n", _end.Token);
        return true;
    }

    private async Task<SmtpWire> SecureAsync(SmtpWire wire)
    {
        var secure = new SslStream(wire.Stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _end.Token);
        return new SmtpWire(secure) { IsSecure = true };
    }

    private static bool IsEnd(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException;
}
