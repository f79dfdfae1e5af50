using Google.Protobuf.Reflection;

namespace Transponder.Protocol.Json;

/// <summary>
/// From a message's bytes to its JSON without the message between: byte for byte what <see cref="ProtoJsonWriter"/> makes of the parsed message in
/// golang jsonpb's default dialect. Parts that are rare or unclear on the wire are parsed, and the parser says what is wrong with them.
/// </summary>
internal static class WireJson
{
    private const int MostDepth = 32;
    private const uint Seconds = 1 << 3;
    private const uint Nanos = 2 << 3;

    private static readonly ProtoJsonWriter Writer = new(ProtoJsonOptions.Compact);

    /// <summary>Writes a message; throws what its parser throws when it is none.</summary>
    public static void Write(JsonText json, MessageDescriptor type, ReadOnlySpan<byte> message) =>
        Write(json, WirePlan.Of(type), message, 0);

    private static void Write(JsonText json, WirePlan plan, ReadOnlySpan<byte> message, int depth)
    {
        var before = json.Length;
        if (plan.IsKnown && depth <= MostDepth && TryWrite(json, plan, message, depth))
            return;
        json.Length = before;
        Writer.Write(json, plan.Type.Parser.ParseFrom(message));
    }

    private static bool TryWrite(JsonText json, WirePlan plan, ReadOnlySpan<byte> message, int depth)
    {
        Span<Found> found = stackalloc Found[plan.Fields.Length];
        if (!TryFind(plan, message, found))
            return false;
        json.Append((byte)'{');
        var first = true;
        foreach (var field in plan.Fields)
        {
            ref var here = ref found[field.Index];
            if (!here.IsThere || (!field.HasPresence && !field.IsRepeated && IsDefault(field, here)))
                continue;
            json.Append(first ? field.Name.AsSpan(1) : field.Name);
            first = false;
            if (field.IsRepeated)
                WriteList(json, field, message, here.Start, depth);
            else if (field.Kind < WireKind.Text)
                WriteNumber(json, field, here.Value);
            else
                WriteContent(json, field, message.Slice(here.Start, (int)here.Value), depth);
        }
        json.Append((byte)'}');
        return true;
    }

    /// <summary>Notes where each field is; false when that alone does not tell its value.</summary>
    private static bool TryFind(WirePlan plan, ReadOnlySpan<byte> message, Span<Found> found)
    {
        var scan = new WireScan(message);
        while (scan.Next())
        {
            if (plan.Find(scan.Number) is not { } field)
                continue;
            if (field.Tag != scan.Tag || field.Kind == WireKind.Other)
                return false;
            ref var here = ref found[field.Index];
            if (here.IsThere)
            {
                if (field.IsRepeated)
                    continue;
                if (field.Kind >= WireKind.Time)
                    return false;
            }
            foreach (var rival in field.Rivals)
            {
                if (found[rival].IsThere)
                    return false;
            }
            here = field switch
            {
                { IsRepeated: true } => new(scan.Start, 0),
                { Kind: < WireKind.Text } => new(0, scan.Value),
                _ => new(scan.ContentStart, (uint)scan.Content.Length),
            };
        }
        return !scan.IsBroken;
    }

    private static bool IsDefault(WirePlan.Field field, Found found) =>
        field.Kind switch
        {
            WireKind.Int32 or WireKind.UInt32 or WireKind.Enum => (uint)found.Value == 0,
            _ => found.Value == 0,
        };

    private static void WriteList(JsonText json, WirePlan.Field field, ReadOnlySpan<byte> message, int start, int depth)
    {
        var scan = new WireScan(message);
        scan.GoTo(start);
        var separator = (byte)'[';
        while (scan.Next())
        {
            if (scan.Tag != field.Tag)
                continue;
            json.Append(separator);
            separator = (byte)',';
            WriteContent(json, field, scan.Content, depth);
        }
        json.Append((byte)']');
    }

    private static void WriteContent(JsonText json, WirePlan.Field field, ReadOnlySpan<byte> content, int depth)
    {
        if (field.Kind == WireKind.Text)
            json.AppendString(content);
        else if (field.Kind == WireKind.Message)
            Write(json, field.Plan, content, depth + 1);
        else
            WriteTime(json, content);
    }

    private static void WriteNumber(JsonText json, WirePlan.Field field, ulong value)
    {
        switch (field.Kind)
        {
            case WireKind.Bool:
                json.Append(value != 0 ? "true"u8 : "false"u8);
                break;
            case WireKind.Int32:
                json.Append((int)value);
                break;
            case WireKind.UInt32:
                json.Append((uint)value);
                break;
            case WireKind.Enum when field.NameOf((int)value) is { } name:
                json.AppendQuoted(name);
                break;
            case WireKind.Enum:
                json.Append((int)value);
                break;
            default:
                json.Append((byte)'"');
                if (field.Kind == WireKind.Int64)
                    json.Append((long)value);
                else
                    json.Append(value);
                json.Append((byte)'"');
                break;
        }
    }

    private static void WriteTime(JsonText json, ReadOnlySpan<byte> time)
    {
        Span<byte> text = stackalloc byte[JsonTime.LongestTime];
        var (seconds, nanos) = ReadTime(time);
        json.AppendQuoted(text[..JsonTime.Format(text, seconds, nanos)]);
    }

    /// <summary>The seconds and nanoseconds of a Timestamp; throws what its parser throws when it is none.</summary>
    public static (long Seconds, int Nanos) ReadTime(ReadOnlySpan<byte> time)
    {
        var (seconds, nanos) = (0L, 0);
        var scan = new WireScan(time);
        while (scan.Next())
        {
            if (scan.Tag == Seconds)
                seconds = (long)scan.Value;
            else if (scan.Tag == Nanos)
                nanos = (int)scan.Value;
        }
        if (!scan.IsBroken)
            return (seconds, nanos);
        var parsed = Google.Protobuf.WellKnownTypes.Timestamp.Parser.ParseFrom(time);
        return (parsed.Seconds, parsed.Nanos);
    }

    /// <summary>Where a field is: its first bytes, and their number or the number itself.</summary>
    private readonly struct Found(int start, ulong value)
    {
        public int Start { get; } = start;

        public ulong Value { get; } = value;

        public bool IsThere { get; } = true;
    }
}
