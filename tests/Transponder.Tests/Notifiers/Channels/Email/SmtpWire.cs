using System.Text;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>The server's end of one SMTP connection: lines and mails in, text out.</summary>
internal sealed class SmtpWire(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Stream Stream => stream;

    public bool IsSecure { get; init; }

    public string LastAnswer { get; set; } = "";

    public bool HasMore => _start < _end;

    public async Task<string?> LineAsync(CancellationToken token)
    {
        var line = await BytesToLineEndAsync(token);
        return line is null ? null : Encoding.UTF8.GetString(line).TrimEnd('\r', '\n');
    }

    /// <summary>Everything up to the line with the lone dot, stuffed dots removed.</summary>
    public async Task<byte[]> ContentAsync(CancellationToken token)
    {
        using var content = new MemoryStream();
        while (await BytesToLineEndAsync(token) is { } line)
        {
            if (line.AsSpan().SequenceEqual(".\r\n"u8))
                return content.ToArray();
            content.Write(line.AsSpan(line[0] == '.' ? 1 : 0));
        }
        throw new IOException("the mail has no end");
    }

    public async Task WriteAsync(string text, CancellationToken token) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), token);

    private async Task<byte[]?> BytesToLineEndAsync(CancellationToken token)
    {
        var line = new List<byte>();
        while (true)
        {
            while (_start < _end)
            {
                line.Add(_buffer[_start++]);
                if (line[^1] == '\n')
                    return [.. line];
            }
            _start = 0;
            _end = await stream.ReadAsync(_buffer, token);
            if (_end == 0)
                return null;
        }
    }
}
