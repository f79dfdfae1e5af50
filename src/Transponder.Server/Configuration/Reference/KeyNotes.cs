namespace Transponder.Server.Configuration.Reference;

/// <summary>Every key that was asked for, by its pattern: <c>*</c> stands for a name, <c>*(slack)</c> for one of that type, <c>[]</c> for items.</summary>
internal sealed class KeyNotes
{
    private readonly SortedDictionary<string, KeyNote> notes = new(StringComparer.Ordinal);

    /// <summary>The notes by pattern.</summary>
    public IReadOnlyDictionary<string, KeyNote> All => notes;

    /// <summary>Reads everything that a configuration may hold.</summary>
    public static KeyNotes OfEverything()
    {
        var notes = new KeyNotes();
        foreach (var sample in ReferenceTexts.Samples)
            ConfigLoader.Note(sample, notes);
        return notes;
    }

    /// <summary>Notes a key; what says more about it stays, and words that depend on something else are joined.</summary>
    public void Add(string pattern, KeyNote note)
    {
        var known = notes.GetValueOrDefault(pattern);
        if (known is null || Weight(note) > Weight(known))
            notes[pattern] = note;
        else if (note.Kind == KeyKind.Choice && known.Kind == KeyKind.Choice)
            notes[pattern] = known with
            {
                Words = [.. known.Words.Union(note.Words)],
                Default = known.Default == note.Default ? note.Default : null,
            };
    }

    private static int Weight(KeyNote note) =>
        note.Kind switch
        {
            KeyKind.Ignored => 0,
            KeyKind.Text when note.Default is null => 1,
            KeyKind.Text => 2,
            KeyKind.TextOrSecret => 4,
            _ => 3,
        };
}
