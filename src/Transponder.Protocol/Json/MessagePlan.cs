using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Transponder.Protocol.Json;

/// <summary>A message type's fields as JSON needs them, worked out once per type.</summary>
internal sealed class MessagePlan
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessagePlan> Plans = new();
    private readonly Dictionary<string, FieldDescriptor> byName = new(StringComparer.Ordinal);

    private MessagePlan(MessageDescriptor type)
    {
        var declared = type.Fields.InDeclarationOrder();
        Fields = new Field[declared.Count];
        for (var i = 0; i < declared.Count; i++)
        {
            var field = declared[i];
            Fields[i] = new Field(field);
            byName[field.JsonName] = field;
        }

        foreach (var field in declared)
        {
            byName[field.Name] = field;
        }
    }

    public Field[] Fields { get; }

    public static MessagePlan Of(MessageDescriptor type) => Plans.GetOrAdd(type, static key => new MessagePlan(key));

    /// <summary>The field of either spelling; null if there is none.</summary>
    public FieldDescriptor? Find(string name) => byName.GetValueOrDefault(name);

    internal sealed class Field(FieldDescriptor descriptor)
    {
        private readonly JsonEncodedText proto = JsonEncodedText.Encode(descriptor.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        private readonly JsonEncodedText camel = JsonEncodedText.Encode(descriptor.JsonName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

        public FieldDescriptor Descriptor { get; } = descriptor;

        public IFieldAccessor Accessor { get; } = descriptor.Accessor;

        public bool InOneof { get; } = descriptor.ContainingOneof is not null;

        public JsonEncodedText Name(JsonFieldNames names) => names == JsonFieldNames.Proto ? proto : camel;
    }
}
