using System.Globalization;
using System.Text;
using Flyteidl.Core;
using Google.Protobuf.Reflection;

namespace Transponder.Core.Egress.Formats;

/// <summary>Identifiers in the text form that Go prints messages in, with single blanks: what FlyteAdmin's event ids begin with.</summary>
internal static class FlyteText
{
    private static readonly EnumDescriptor ResourceTypes = IdentifierReflection.Descriptor.EnumTypes.Single(type =>
        type.Name == nameof(ResourceType)
    );

    public static string Of(WorkflowExecutionIdentifier? id)
    {
        var text = new StringBuilder();
        Append(text, id);
        return text.ToString();
    }

    public static string Of(NodeExecutionIdentifier? id)
    {
        var text = new StringBuilder();
        Append(text, "node_id", id?.NodeId);
        if (id?.ExecutionId is { } execution)
        {
            Begin(text, "execution_id").Append('{').Append(Of(execution)).Append('}');
        }

        return text.ToString();
    }

    public static string Of(Identifier? id)
    {
        var text = new StringBuilder();
        if (id is null)
            return "";
        if (id.ResourceType != ResourceType.Unspecified)
        {
            var number = (int)id.ResourceType;
            Begin(text, "resource_type")
                .Append(ResourceTypes.FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture));
        }

        Append(text, "project", id.Project);
        Append(text, "domain", id.Domain);
        Append(text, "name", id.Name);
        Append(text, "version", id.Version);
        Append(text, "org", id.Org);
        return text.ToString();
    }

    private static void Append(StringBuilder text, WorkflowExecutionIdentifier? id)
    {
        Append(text, "project", id?.Project);
        Append(text, "domain", id?.Domain);
        Append(text, "name", id?.Name);
        Append(text, "org", id?.Org);
    }

    private static void Append(StringBuilder text, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        Begin(text, field).Append('"');
        foreach (var c in value)
            AppendEscaped(text, c);
        text.Append('"');
    }

    private static StringBuilder Begin(StringBuilder text, string field) =>
        (text.Length > 0 ? text.Append(' ') : text).Append(field).Append(':');

    private static void AppendEscaped(StringBuilder text, char c)
    {
        switch (c)
        {
            case '"' or '\\':
                text.Append('\\').Append(c);
                break;
            case '\n':
                text.Append("\\n");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case < ' ' or '\u007F':
                text.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(c);
                break;
        }
    }
}
