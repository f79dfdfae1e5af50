using System.Text;

namespace Transponder.Server.Commands.Demo;

/// <summary>One SMTP dialogue with the demo's mailbox.</summary>
internal sealed class DemoMailSession(Stream stream, Action<DemoMail> keep) : IDisposable
{
    private readonly StreamReader reader = new(stream, Encoding.UTF8);
    private readonly List<string> recipients = [];
    private string? sender;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReplyAsync("220 demo mailbox ready", cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var verb = line.Split(' ', 2)[0].ToUpperInvariant();
            var reply = verb == "DATA" ? await DataAsync(cancellationToken) : Answer(verb, line);
            await ReplyAsync(reply, cancellationToken);
            if (verb == "QUIT")
                return;
        }
    }

    public void Dispose() => reader.Dispose();

    private string Answer(string verb, string line)
    {
        switch (verb)
        {
            case "EHLO":
                return "250-demo mailbox\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8";
            case "HELO" or "NOOP":
                return "250 ok";
            case "MAIL":
                Forget();
                sender = Path(line);
                return "250 sender ok";
            case "RCPT" when sender is not null:
                recipients.Add(Path(line));
                return "250 recipient ok";
            case "RCPT":
                return "503 MAIL first";
            case "RSET":
                Forget();
                return "250 ok";
            case "QUIT":
                return "221 bye";
            default:
                return "502 not known here";
        }
    }

    private async Task<string> DataAsync(CancellationToken cancellationToken)
    {
        if (recipients.Count == 0)
            return "503 RCPT first";
        await ReplyAsync("354 end with a dot", cancellationToken);
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken) is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line.AsSpan(1) : line).Append('\n');
        keep(DemoMail.Parse(sender!, [.. recipients], text.ToString()));
        Forget();
        return "250 kept";
    }

    private void Forget()
    {
        sender = null;
        recipients.Clear();
    }

    private static string Path(string line)
    {
        var start = line.IndexOf('<') + 1;
        var end = line.IndexOf('>', start);
        return end < 0 ? "" : line[start..end];
    }

    private async Task ReplyAsync(string reply, CancellationToken cancellationToken) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), cancellationToken);
}
