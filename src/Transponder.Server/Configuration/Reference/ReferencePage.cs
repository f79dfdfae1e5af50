using System.Text;

namespace Transponder.Server.Configuration.Reference;

/// <summary>The reference as a page: a table of keys for each section.</summary>
internal static class ReferencePage
{
    private const string Head = """
        # Configuration reference

        Every key, as the program reads it: `transponder config-reference` prints this page, `transponder config-reference --schema` the [JSON schema](transponder.schema.json) that
        editors check a file with (`# yaml-language-server: $schema=…`). How the sections work together is told in [Configuration](configuration.md).

        `*` is a name of your choice, `[]` an item of a list. A secret is `{ env: NAME }` or `{ file: PATH }`. A duration is `30s`, `1h30m` or `7d`.

        """;

    public static string Render(KeyNotes notes, IReadOnlyDictionary<string, string> descriptions)
    {
        var page = new StringBuilder(Head);
        foreach (var section in notes.All.Where(entry => IsRead(entry.Value)).GroupBy(entry => Top(entry.Key)))
        {
            page.Append($"\n## {section.Key}\n");
            if (descriptions.TryGetValue(section.Key, out var about))
                page.Append($"\n{about}\n");
            var keys = section.Where(entry => entry.Key != section.Key).ToList();
            if (keys.Count == 0)
                continue;
            page.Append("\n| key | holds | default | meaning |\n|---|---|---|---|\n");
            foreach (var (pattern, note) in keys)
                page.Append(
                    $"| `{pattern[(section.Key.Length + 1)..]}` | {Holds(note)} | {Default(note)} | {descriptions.GetValueOrDefault(pattern, "")} |\n"
                );
        }
        return page.ToString();
    }

    private static bool IsRead(KeyNote note) => note.Kind != KeyKind.Ignored;

    private static string Top(string pattern) => pattern.Split('.', '[')[0];

    private static string Default(KeyNote note) => note.Default is { Length: > 0 } text ? $"`{text}`" : "–";

    private static string Holds(KeyNote note) =>
        note.Kind switch
        {
            KeyKind.Number => $"number, {note.Min} to {note.Max}",
            KeyKind.Choice => string.Join(", ", note.Words.Select(word => $"`{word}`")),
            KeyKind.Flag => "`true`, `false`",
            KeyKind.Texts => "list of texts",
            KeyKind.Items => "list",
            KeyKind.TextOrSecret => "text or secret",
            _ => note.Kind.ToString().ToLowerInvariant(),
        };
}
