using System.Collections;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Core.Catalog;

/// <summary>
/// Refuses well-known values that protobuf can carry but no JSON can show: a Timestamp or Duration out of range, or a Struct with an empty value.
/// Once stored they would break every later reading.
/// </summary>
public static class ValueRanges
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const long LongestDuration = 315_576_000_000;
    private const int LastNano = 999_999_999;
    private const int Deepest = 100;

    /// <summary>Throws <see cref="Protocol.StatusCode.InvalidArgument"/> naming the field.</summary>
    /// <param name="message">The message.</param>
    /// <param name="path">Its place in the request.</param>
    public static void Check(IMessage message, string path)
    {
        ArgumentNullException.ThrowIfNull(message);
        Check(message, path, 0);
    }

    private static void Check(IMessage message, string path, int depth)
    {
        if (depth > Deepest)
            throw IdentifierRules.Invalid($"{path} is nested more than {Deepest} levels deep");
        switch (message)
        {
            case Timestamp t when t.Seconds is < FirstSecond or > LastSecond || t.Nanos is < 0 or > LastNano:
                throw IdentifierRules.Invalid($"{path} is not a valid time: seconds {t.Seconds}, nanos {t.Nanos}");
            case Duration d
                when d.Seconds is < -LongestDuration or > LongestDuration || !SameSign(d) || d.Nanos is < -LastNano or > LastNano:
                throw IdentifierRules.Invalid($"{path} is not a valid duration: seconds {d.Seconds}, nanos {d.Nanos}");
            case Value { KindCase: Value.KindOneofCase.None }:
                throw IdentifierRules.Invalid($"{path} is a value without a kind");
            case Value { KindCase: Value.KindOneofCase.NumberValue } v when !double.IsFinite(v.NumberValue):
                throw IdentifierRules.Invalid($"{path} is not a finite number");
            case Timestamp or Duration:
                return;
            default:
                CheckFields(message, path, depth);
                return;
        }
    }

    private static void CheckFields(IMessage message, string path, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var type = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
            if (type.FieldType != Google.Protobuf.Reflection.FieldType.Message)
                continue;
            var inner = $"{path}.{field.Name}";
            switch (field.Accessor.GetValue(message))
            {
                case IMessage one:
                    Check(one, inner, depth + 1);
                    break;
                case IDictionary map:
                    foreach (DictionaryEntry entry in map)
                        Check((IMessage)entry.Value!, $"{inner}[{entry.Key}]", depth + 1);
                    break;
                case IList list:
                    for (var i = 0; i < list.Count; i++)
                        Check((IMessage)list[i]!, $"{inner}[{i}]", depth + 1);
                    break;
                default:
                    break;
            }
        }
    }

    private static bool SameSign(Duration duration) =>
        duration.Seconds == 0 || duration.Nanos == 0 || duration.Seconds > 0 == duration.Nanos > 0;
}
