using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace Transponder.Protocol.Json;

/// <summary>The types whose JSON is not an object of their fields.</summary>
internal enum WellKnownKind
{
    None,
    Timestamp,
    Duration,
    FieldMask,
    Wrapper,
    Struct,
    Value,
    ListValue,
    Any,
    Empty,
}

/// <summary>Which type is which.</summary>
internal static class WellKnownTypes
{
    private const string Package = "google.protobuf";

    private static readonly FrozenDictionary<string, WellKnownKind> Kinds = new Dictionary<string, WellKnownKind>
    {
        ["Timestamp"] = WellKnownKind.Timestamp,
        ["Duration"] = WellKnownKind.Duration,
        ["FieldMask"] = WellKnownKind.FieldMask,
        ["Struct"] = WellKnownKind.Struct,
        ["Value"] = WellKnownKind.Value,
        ["ListValue"] = WellKnownKind.ListValue,
        ["Any"] = WellKnownKind.Any,
        ["Empty"] = WellKnownKind.Empty,
        ["BoolValue"] = WellKnownKind.Wrapper,
        ["StringValue"] = WellKnownKind.Wrapper,
        ["BytesValue"] = WellKnownKind.Wrapper,
        ["Int32Value"] = WellKnownKind.Wrapper,
        ["Int64Value"] = WellKnownKind.Wrapper,
        ["UInt32Value"] = WellKnownKind.Wrapper,
        ["UInt64Value"] = WellKnownKind.Wrapper,
        ["FloatValue"] = WellKnownKind.Wrapper,
        ["DoubleValue"] = WellKnownKind.Wrapper,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static WellKnownKind KindOf(MessageDescriptor type) =>
        type.File.Package == Package ? Kinds.GetValueOrDefault(type.Name) : WellKnownKind.None;

    public static bool IsNullValue(EnumDescriptor type) => type.FullName == "google.protobuf.NullValue";
}
