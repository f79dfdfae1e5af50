using System.Diagnostics;

namespace Transponder.Protocol.Json;

/// <summary>The fields of a message on the wire, one after the other; nothing is copied, and nothing is thrown.</summary>
internal ref struct WireScan(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;
    private const int LongestVarint = 10;

    private readonly ReadOnlySpan<byte> message = message;
    private int at;
    private int length;

    /// <summary>The field's number and wire type, as they stand on the wire.</summary>
    public uint Tag { get; private set; }

    /// <summary>Where the field begins.</summary>
    public int Start { get; private set; }

    /// <summary>A number's bits.</summary>
    public ulong Value { get; private set; }

    /// <summary>The message ends in the middle of a field, or is no message at all, or has groups.</summary>
    public bool IsBroken { get; private set; }

    public readonly int Number => (int)(Tag >> 3);

    public readonly bool IsVarint => (Tag & 7) == Varint;

    public readonly bool IsDelimited => (Tag & 7) == Delimited;

    /// <summary>Where a text's or message's bytes begin.</summary>
    public int ContentStart { get; private set; }

    /// <summary>A text's or message's bytes.</summary>
    public readonly ReadOnlySpan<byte> Content => message.Slice(ContentStart, length);

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (at >= message.Length)
            return false;
        Start = at;
        if (!TryReadVarint(out var tag) || tag is > uint.MaxValue or < 8)
            return Break();
        Tag = (uint)tag;
        switch (Tag & 7)
        {
            case Varint:
                if (!TryReadVarint(out var value))
                    return Break();
                Value = value;
                return true;
            case Delimited:
                if (!TryReadVarint(out var size) || size > (ulong)(message.Length - at))
                    return Break();
                return Skip((int)size);
            case Fixed32:
                return Skip(sizeof(uint));
            case Fixed64:
                return Skip(sizeof(ulong));
            default:
                return Break();
        }
    }

    /// <summary>Begins again at a field.</summary>
    public void GoTo(int start)
    {
        Debug.Assert(!IsBroken);
        at = start;
    }

    private bool Skip(int size)
    {
        if (size > message.Length - at)
            return Break();
        (ContentStart, length) = (at, size);
        at += size;
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        if (at < message.Length && message[at] < 0x80)
        {
            value = message[at++];
            return true;
        }
        value = 0;
        for (var i = 0; i < LongestVarint && at < message.Length; i++)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
                return true;
        }
        return false;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
