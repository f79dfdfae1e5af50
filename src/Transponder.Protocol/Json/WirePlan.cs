using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf.Reflection;

namespace Transponder.Protocol.Json;

/// <summary>What a field's bytes are on the wire.</summary>
internal enum WireKind
{
    /// <summary>Something that only the parsed message can be written of.</summary>
    Other,
    Bool,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Enum,
    Text,
    Time,
    Message,
}

/// <summary>A message type's fields as they stand on the wire, worked out once per type.</summary>
internal sealed class WirePlan
{
    private const int MostFields = 64;

    private static readonly ConcurrentDictionary<MessageDescriptor, WirePlan> Plans = new();

    private readonly Field?[] byNumber = new Field?[MostFields];

    private WirePlan(MessageDescriptor type)
    {
        Type = type;
        var declared = MessagePlan.Of(type).Fields;
        IsKnown =
            WellKnownTypes.KindOf(type) == WellKnownKind.None
            && declared.Length <= MostFields
            && Array.TrueForAll(declared, field => field.Descriptor.FieldNumber < MostFields);
        Fields = IsKnown ? [.. declared.Select((field, index) => new Field(field, index, declared))] : [];
        foreach (var field in Fields)
            byNumber[field.Number] = field;
    }

    public MessageDescriptor Type { get; }

    /// <summary>Whether messages of this type can be read field by field.</summary>
    public bool IsKnown { get; }

    /// <summary>The fields in the order of the .proto file.</summary>
    public Field[] Fields { get; }

    public static WirePlan Of(MessageDescriptor type) => Plans.GetOrAdd(type, static key => new WirePlan(key));

    public Field? Find(int number) => number < MostFields ? byNumber[number] : null;

    internal sealed class Field
    {
        private const int MostNames = 128;
        private const uint Delimited = 2;

        private readonly MessageDescriptor? type;
        private readonly byte[]?[] names = [];
        private WirePlan? plan;

        public Field(MessagePlan.Field field, int index, MessagePlan.Field[] all)
        {
            var descriptor = field.Descriptor;
            Index = index;
            Number = descriptor.FieldNumber;
            IsRepeated = descriptor.IsRepeated;
            HasPresence = descriptor.HasPresence;
            Kind = KindOf(descriptor);
            Tag = ((uint)Number << 3) | (Kind >= WireKind.Text ? Delimited : 0);
            Name = [.. ",\""u8, .. field.Name(JsonFieldNames.Camel).EncodedUtf8Bytes, .. "\":"u8];
            if (descriptor.RealContainingOneof is { } oneof)
                Rivals = [.. Enumerable.Range(0, all.Length).Where(i => i != index && all[i].Descriptor.RealContainingOneof == oneof)];
            if (Kind == WireKind.Message)
                type = descriptor.MessageType;
            if (Kind == WireKind.Enum)
                names = [.. Enumerable.Range(0, MostNames).Select(number => NameOf(descriptor.EnumType, number))];
        }

        public int Index { get; }

        public int Number { get; }

        public uint Tag { get; }

        public WireKind Kind { get; }

        public bool IsRepeated { get; }

        /// <summary>Whether it is written though it is at its default.</summary>
        public bool HasPresence { get; }

        /// <summary>A comma, the name in quotes, and a colon.</summary>
        public byte[] Name { get; }

        /// <summary>The other members of its oneof.</summary>
        public int[] Rivals { get; } = [];

        /// <summary>The plan of the messages that it holds.</summary>
        public WirePlan Plan => plan ??= Of(type!);

        /// <summary>The name of a value of its enumeration; null when it has none.</summary>
        public byte[]? NameOf(int value) => (uint)value < (uint)names.Length ? names[value] : null;

        private static byte[]? NameOf(EnumDescriptor type, int number) =>
            type.FindValueByNumber(number) is { } value ? Encoding.UTF8.GetBytes(value.Name) : null;

        private static WireKind KindOf(FieldDescriptor field) =>
            field switch
            {
                { IsMap: true } => WireKind.Other,
                { FieldType: FieldType.String } => WireKind.Text,
                { FieldType: FieldType.Message } => KindOf(WellKnownTypes.KindOf(field.MessageType), field.IsRepeated),
                { IsRepeated: true } => WireKind.Other,
                { FieldType: FieldType.Bool } => WireKind.Bool,
                { FieldType: FieldType.Int32 } => WireKind.Int32,
                { FieldType: FieldType.UInt32 } => WireKind.UInt32,
                { FieldType: FieldType.Int64 } => WireKind.Int64,
                { FieldType: FieldType.UInt64 } => WireKind.UInt64,
                { FieldType: FieldType.Enum } => IsNamedThroughout(field.EnumType) ? WireKind.Enum : WireKind.Other,
                _ => WireKind.Other,
            };

        private static WireKind KindOf(WellKnownKind type, bool isRepeated) =>
            type switch
            {
                WellKnownKind.None => WireKind.Message,
                // The parser reads a wrapper otherwise where it stands in a field than by itself.
                WellKnownKind.Wrapper => WireKind.Other,
                _ when isRepeated => WireKind.Other,
                WellKnownKind.Timestamp => WireKind.Time,
                _ => WireKind.Message,
            };

        private static bool IsNamedThroughout(EnumDescriptor type) =>
            !WellKnownTypes.IsNullValue(type) && type.Values.All(value => value.Number is >= 0 and < MostNames);
    }
}
