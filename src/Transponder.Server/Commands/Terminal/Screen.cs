using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Transponder.Notifiers;
using Transponder.Protocol.Json;

namespace Transponder.Server.Commands.Terminal;

/// <summary>
/// Where a command writes: text for people, as wide as the terminal and coloured there, whole and plain in a pipe; or JSON for programs. What is
/// not the answer itself goes to standard error.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="errors">Standard error.</param>
internal sealed class Screen(TextWriter output, TextWriter errors)
{
    private static readonly ProtoJsonWriter Messages = new(new ProtoJsonOptions { FieldNames = JsonFieldNames.Proto, EmitDefaults = true });

    private static readonly JsonSerializerOptions Plain = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    /// <summary>The terminal's width; null = a pipe or a file.</summary>
    public int? Width { get; init; }

    /// <summary>Whether colours are shown.</summary>
    public bool HasColours { get; init; }

    /// <summary>Whether the answer is JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>The process's own output.</summary>
    public static Screen Open(bool json, bool plain)
    {
        var isPipe = Console.IsOutputRedirected;
        return new Screen(Console.Out, Console.Error)
        {
            Width = isPipe ? null : Math.Max(40, Console.WindowWidth),
            HasColours = !isPipe && !plain && !SecretRef.FromEnvironment("NO_COLOR").TryResolve(out _, out _),
            IsJson = json,
        };
    }

    public void Line(string text = "") => output.WriteLine(PlainText.Line(text));

    public void Line(params IReadOnlyList<Cell> cells) => output.WriteLine(string.Concat(cells.Select(Paint)).TrimEnd());

    /// <summary>A text of several lines.</summary>
    public void Text(string text) => output.WriteLine(PlainText.Lines(text));

    public void Table(TextTable table)
    {
        foreach (var line in table.Lines(Width))
            Line(line);
    }

    /// <summary>Names and their values, the values below one another; prose is wrapped there.</summary>
    public void Facts(params IEnumerable<(string Name, Cell Value)> facts)
    {
        var shown = facts.Where(fact => fact.Value.Text.Length > 0).ToList();
        var indent = shown.Select(fact => fact.Name.Length).DefaultIfEmpty().Max() + 2;
        foreach (var (name, value) in shown)
        {
            var text = PlainText.Line(value.Text);
            var lines = Width is { } width ? PlainText.Wrap(text, Math.Max(20, width - indent)) : [text];
            foreach (var (line, i) in lines.Select((line, i) => (line, i)))
                Line(new Cell((i == 0 ? name : "").PadRight(indent), Ink.Faint), value with { Text = line });
        }
    }

    /// <summary>A remark that is not part of the answer.</summary>
    public void Remark(string text) => errors.WriteLine(PlainText.Line(text));

    /// <summary>One element of a list, a message of the API or a record: one line of JSON.</summary>
    public void JsonLine(object value) =>
        output.WriteLine(
            value is IMessage message ? Encoding.UTF8.GetString(Messages.ToUtf8(message)) : JsonSerializer.Serialize(value, Plain)
        );

    /// <summary>The whole answer, a message of the API or a record, as one document.</summary>
    public void Json(object value)
    {
        if (value is not IMessage message)
        {
            output.WriteLine(JsonSerializer.Serialize(value, Indented));
            return;
        }

        using var document = JsonDocument.Parse(Messages.ToUtf8(message));
        output.WriteLine(JsonSerializer.Serialize(document.RootElement, Indented));
    }

    private string Paint(Cell cell)
    {
        if (!HasColours || cell.Ink == Ink.None)
            return cell.Text;
        var code = cell.Ink switch
        {
            Ink.Good => "32",
            Ink.Bad => "31",
            Ink.Doubtful => "33",
            Ink.Faint => "2",
            _ => "1",
        };
        return $"\u001b[{code}m{cell.Text}\u001b[0m";
    }
}
