using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Transponder.Protocol.Json;

/// <summary>JSON while it is written, in UTF-8; what was written last can be taken back.</summary>
internal sealed class JsonText(int capacity = 2048) : IBufferWriter<byte>
{
    private const int LongestNumber = 20;

    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private byte[] buffer = new byte[capacity];

    /// <summary>How much is written; less than before takes the rest back.</summary>
    public int Length { get; set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public void Append(byte one)
    {
        if (Length == buffer.Length)
            Grow(1);
        buffer[Length++] = one;
    }

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
    }

    /// <summary>A string, of UTF-8 that may be invalid.</summary>
    public void AppendString(ReadOnlySpan<byte> utf8)
    {
        if (Encoder.FindFirstCharacterToEncodeUtf8(utf8) >= 0)
        {
            AppendQuoted(JsonEncodedText.Encode(Encoding.UTF8.GetString(utf8), Encoder).EncodedUtf8Bytes);
            return;
        }
        AppendQuoted(utf8);
    }

    /// <summary>A string that has nothing to escape.</summary>
    public void AppendQuoted(ReadOnlySpan<byte> clean)
    {
        var room = Room(clean.Length + 2);
        room[0] = (byte)'"';
        clean.CopyTo(room[1..]);
        room[clean.Length + 1] = (byte)'"';
        Length += clean.Length + 2;
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(LongestNumber), out var length);
        Length += length;
    }

    public void Append(ulong number)
    {
        Utf8Formatter.TryFormat(number, Room(LongestNumber), out var length);
        Length += length;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = Room(Math.Max(1, sizeHint));
        return buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => Room(Math.Max(1, sizeHint));

    private Span<byte> Room(int count)
    {
        if (buffer.Length - Length < count)
            Grow(count);
        return buffer.AsSpan(Length);
    }

    private void Grow(int count) => Array.Resize(ref buffer, Math.Max(checked(Length + count), buffer.Length * 2));
}
