using Google.Protobuf.Reflection;
using Transponder.Protocol.Json;

namespace Transponder.Server.Wire.Rest;

/// <summary>
/// A <c>google.api.http</c> path: literals, <c>*</c>, a closing <c>**</c>, and variables that bind what their segments match to a field,
/// nested ones by <c>a.b</c>.
/// </summary>
internal sealed class PathTemplate
{
    public const string One = "*";
    public const string Rest = "**";

    private PathTemplate(string[] segments, Variable[] variables)
    {
        Segments = segments;
        Variables = variables;
    }

    public IReadOnlyList<string> Segments { get; }

    public IReadOnlyList<Variable> Variables { get; }

    public static PathTemplate Parse(string template, MessageDescriptor request)
    {
        if (!template.StartsWith('/'))
        {
            throw new FormatException($"The path {template} does not start with a slash.");
        }

        var segments = new List<string>();
        var variables = new List<Variable>();
        var position = 1;
        while (position < template.Length)
        {
            if (template[position] == '{')
            {
                var close = template.IndexOf('}', position);
                var inner = template[(position + 1)..close].Split('=', 2);
                var pattern = inner.Length == 2 ? inner[1].Split('/') : [One];
                variables.Add(new Variable(FieldPath.Parse(inner[0], request), segments.Count, segments.Count + pattern.Length));
                segments.AddRange(pattern);
                position = close + 1;
            }
            else
            {
                var slash = template.IndexOf('/', position);
                var end = slash < 0 ? template.Length : slash;
                segments.Add(template[position..end]);
                position = end;
            }

            if (position < template.Length && template[position++] != '/')
            {
                throw new FormatException($"The path {template} has more than a variable in one segment.");
            }
        }

        return segments.IndexOf(Rest) is var rest && rest >= 0 && rest != segments.Count - 1
            ? throw new FormatException($"The path {template} goes on after **.")
            : new PathTemplate([.. segments], [.. variables]);
    }

    /// <summary>A field and the segments, from start to before end, that it takes.</summary>
    internal sealed record Variable(FieldPath Field, int Start, int End)
    {
        public string Take(string[] path, bool takesRest) => string.Join('/', path[Start..(takesRest ? path.Length : End)]);
    }
}
