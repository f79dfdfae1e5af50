using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>Which records of a call go together.</summary>
internal static class KafkaWaves
{
    /// <summary>
    /// All at once, or, where the broker does not refuse what overtakes, each key's first ones, then its second ones …: no key has two under way.
    /// </summary>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<EgressRecord> records, bool oneByKey)
    {
        if (!oneByKey)
            return
            [
                [.. Enumerable.Range(0, records.Count)],
            ];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var waves = new List<List<int>>();
        for (var i = 0; i < records.Count; i++)
        {
            var wave = seen.GetValueOrDefault(records[i].OrderingKey);
            seen[records[i].OrderingKey] = wave + 1;
            if (wave == waves.Count)
                waves.Add([]);
            waves[wave].Add(i);
        }

        return [.. waves.Select(wave => wave.ToArray())];
    }

    /// <summary>Without those that have an earlier one of their key not confirmed; these are behind it.</summary>
    public static int[] WithoutBlocked(IReadOnlyList<EgressRecord> records, int[] wave, PublishResult[] results)
    {
        if (wave.Length is 0 || wave.Length == records.Count)
            return wave;
        HashSet<string>? blocked = null;
        var awaiting = wave.ToHashSet();
        for (var i = 0; i < wave[^1]; i++)
        {
            if (!awaiting.Contains(i) && results[i].Outcome is not PublishOutcome.Confirmed)
                (blocked ??= new HashSet<string>(StringComparer.Ordinal)).Add(records[i].OrderingKey);
        }

        if (blocked is null)
            return wave;
        foreach (var index in wave.Where(index => blocked.Contains(records[index].OrderingKey)))
            results[index] = PublishResult.Behind;
        return [.. wave.Where(index => !blocked.Contains(records[index].OrderingKey))];
    }
}
