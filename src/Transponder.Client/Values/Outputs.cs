using System.Collections;
using Flyteidl.Core;

namespace Transponder.Client.Values;

/// <summary>What an execution gave, by name, as .NET values (<see cref="LiteralValue.Of(Literal)"/> says which).</summary>
public sealed class Outputs : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly IReadOnlyDictionary<string, object?> values;

    internal Outputs(LiteralMap? literals)
    {
        Literals = literals ?? new LiteralMap();
        values = LiteralReader.Read(Literals);
    }

    /// <summary>The literals that the values were read from.</summary>
    public LiteralMap Literals { get; }

    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>The value of an output; a name that is not there throws.</summary>
    /// <param name="name">The output's name.</param>
    public object? this[string name] =>
        values.TryGetValue(name, out var value)
            ? value
            : throw new KeyNotFoundException($"there is no output {name}; there {(Count == 0 ? "are none" : "is " + Names)}");

    private string Names => string.Join(", ", values.Keys.Order(StringComparer.Ordinal));

    /// <summary>An output as a type of one's own: numbers are converted, text becomes an enum, lists arrays, and what is structured objects.</summary>
    /// <typeparam name="T">The type; one that the value cannot be is an <see cref="InvalidCastException"/>.</typeparam>
    /// <param name="name">The output's name.</param>
    public T? Get<T>(string name) => (T?)ValueConversion.To(this[name], typeof(T));

    /// <summary>True when there is an output of this name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => values.ContainsKey(name);

    /// <summary>The outputs with their names.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
