using System.Collections;

namespace Transponder.Client.Values;

/// <summary>The entries of whatever kind of dictionary, in the order of their keys, so that equal maps become equal bytes.</summary>
internal static class MapEntries
{
    /// <summary>The entries; null when the value is no dictionary with text as keys.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>>? Of(object? value)
    {
        var entries = value switch
        {
            IEnumerable<KeyValuePair<string, object?>> pairs => pairs.ToList(),
            IDictionary map when map.Keys.Cast<object>().All(key => key is string) =>
            [
                .. map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, map[key])),
            ],
            _ => null,
        };
        entries?.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        return entries;
    }
}
