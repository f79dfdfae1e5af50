using System.Buffers;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Turns a mail into what goes over the wire after DATA: no bare CR or LF, dots stuffed, the final dot on a line of its own.</summary>
internal static class SmtpData
{
    public static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> mail)
    {
        var wire = new ArrayBufferWriter<byte>(mail.Length + mail.Length / 32 + 16);
        while (!mail.IsEmpty)
        {
            if (mail[0] == '.')
                wire.Write("."u8);
            var end = mail.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? mail : mail[..end];
            wire.Write(line);
            wire.Write("\r\n"u8);
            if (end < 0)
                break;
            mail = mail[(mail[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
        }
        wire.Write(".\r\n"u8);
        return wire.WrittenMemory;
    }
}
