using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Protocol.Json;

namespace Transponder.Server.Wire.Rest;

/// <summary>The way from a request to one of its fields, through nested messages.</summary>
internal sealed class FieldPath
{
    private readonly FieldDescriptor[] fields;

    private FieldPath(FieldDescriptor[] fields) => this.fields = fields;

    public static FieldPath Parse(string path, MessageDescriptor root) =>
        Find(path, root) ?? throw new FormatException($"{root.FullName} has no field {path}.");

    /// <summary>The field of a dotted path in either spelling; null if there is none.</summary>
    public static FieldPath? Find(string path, MessageDescriptor root)
    {
        var names = path.Split('.');
        var fields = new FieldDescriptor[names.Length];
        var type = root;
        for (var i = 0; i < names.Length; i++)
        {
            if (type is null || ProtoJsonParser.FindField(type, names[i]) is not { } field)
            {
                return null;
            }

            fields[i] = field;
            type = field is { FieldType: FieldType.Message, IsRepeated: false } ? field.MessageType : null;
        }

        return new FieldPath(fields);
    }

    /// <summary>The field itself.</summary>
    public FieldDescriptor Last => fields[^1];

    /// <summary>The path with dots, as in the .proto file.</summary>
    public override string ToString() => string.Join('.', fields.Select(field => field.Name));

    /// <summary>Whether this is the other path or leads to something below it.</summary>
    public bool IsWithin(FieldPath other) => fields.AsSpan().StartsWith(other.fields);

    /// <summary>Sets the field from text, making the messages on the way.</summary>
    public void Set(IMessage root, string text)
    {
        var message = root;
        foreach (var field in fields.AsSpan(0, fields.Length - 1))
        {
            if (field.Accessor.GetValue(message) is not IMessage next)
            {
                next = ProtoJsonParser.New(field.MessageType);
                field.Accessor.SetValue(message, next);
            }

            message = next;
        }

        ProtoJsonParser.SetFromText(message, fields[^1], text);
    }
}
