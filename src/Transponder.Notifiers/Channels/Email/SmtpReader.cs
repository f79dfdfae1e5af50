using System.Text;
using Transponder.Notifiers.Mail;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Reads replies from a connection, within limits on lines and on whole replies.</summary>
internal sealed class SmtpReader(Stream stream)
{
    private const int MaxLine = 4096;
    private const int MaxReply = 32 * 1024;

    private readonly byte[] buffer = new byte[MaxLine];
    private int start;
    private int end;

    /// <summary>Reads one reply, all of its lines.</summary>
    public async ValueTask<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        List<string> lines = [];
        var code = 0;
        var size = 0;
        while (true)
        {
            var length = await FillLineAsync(cancellationToken).ConfigureAwait(false);
            var more = Parse(buffer.AsSpan(start, length), ref code, lines);
            start += length;
            size += length;
            if (!more)
                return new SmtpReply(code, lines);
            if (size > MaxReply)
                throw SmtpFailure.Retry(DeliveryReason.ProtocolError, $"the server's reply is longer than {MaxReply / 1024} KB");
        }
    }

    private static bool Parse(ReadOnlySpan<byte> line, ref int code, List<string> lines)
    {
        line = line.TrimEnd("\r\n"u8);
        if (
            line.Length < 3
            || line[0] is < (byte)'2' or > (byte)'5'
            || !char.IsAsciiDigit((char)line[1])
            || !char.IsAsciiDigit((char)line[2])
            || line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')
        )
            throw SmtpFailure.Retry(DeliveryReason.ProtocolError, "the server's reply is not SMTP");
        var found = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
        if (lines.Count > 0 && found != code)
            throw SmtpFailure.Retry(DeliveryReason.ProtocolError, "the server's reply changes its code between lines");
        code = found;
        lines.Add(line.Length > 4 ? HeaderText.OneLine(Encoding.UTF8.GetString(line[4..]), MaxLine) : "");
        return line.Length > 3 && line[3] == '-';
    }

    private async ValueTask<int> FillLineAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var found = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (found >= 0)
                return searched + found + 1;
            searched = end - start;
            if (searched == buffer.Length)
                throw SmtpFailure.Retry(DeliveryReason.ProtocolError, $"the server's reply has a line longer than {MaxLine} bytes");
            if (start > 0)
            {
                buffer.AsSpan(start, searched).CopyTo(buffer);
                start = 0;
                end = searched;
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw SmtpFailure.Retry(DeliveryReason.ConnectionLost, "the server closed the connection");
            end += read;
        }
    }
}
