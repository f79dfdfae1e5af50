using System.Collections;

namespace Transponder.Client.Values;

/// <summary>
/// Inputs by name, as .NET values: numbers, text, <see cref="bool"/>, <see cref="DateTimeOffset"/>, <see cref="TimeSpan"/>, bytes, enums, collections,
/// dictionaries, JSON, <see cref="BlobReference"/>, <see cref="DatasetReference"/>, or a literal of Flyte's own.
/// </summary>
public sealed class Inputs : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly SortedDictionary<string, object?> values = new(StringComparer.Ordinal);

    /// <summary>No inputs yet.</summary>
    public Inputs() { }

    /// <summary>Inputs from pairs; a name that comes twice keeps its last value.</summary>
    /// <param name="pairs">Names and values.</param>
    public Inputs(IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        foreach (var (name, value) in pairs)
            values[name] = value;
    }

    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>The value of an input.</summary>
    /// <param name="name">Its name in the workflow's interface.</param>
    public object? this[string name]
    {
        get => values[name];
        set => values[name] = value;
    }

    /// <summary>Adds an input; a name that is there already throws.</summary>
    /// <param name="name">Its name in the workflow's interface.</param>
    /// <param name="value">Its value.</param>
    public void Add(string name, object? value) => values.Add(name, value);

    /// <summary>True when there is a value of this name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => values.ContainsKey(name);

    /// <summary>The inputs in the order of their names.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
