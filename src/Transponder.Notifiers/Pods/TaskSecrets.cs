using System.Collections.Concurrent;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Pods;

/// <summary>
/// The secrets that Flyte mounts into a task's pod, and the guard that keeps them out of texts: whatever was asked for here, and whatever stands
/// in a variable with the secrets' prefix, is masked in every message and result.
/// </summary>
internal sealed class TaskSecrets(string prefix, string directory, string filePrefix, bool local)
{
    private readonly ConcurrentDictionary<SecretRef, byte> known = new();

    /// <summary>One secret, found under Flyte's names for it.</summary>
    public SecretRef Find(string? group, string key)
    {
        return Guard(SecretRef.FromMount(group, key, prefix, directory, filePrefix, local));
    }

    /// <summary>From now on the secret is masked, wherever it is kept.</summary>
    public SecretRef Guard(SecretRef secret)
    {
        known.TryAdd(secret, 0);
        return secret;
    }

    /// <summary>The text with every known secret masked.</summary>
    public string Mask(string text) => text.Length == 0 ? text : Scrubber.Mask(text, Values().SelectMany(Spellings));

    // A value that was escaped for the markup would be itself again once that is shown.
    private static IEnumerable<string> Spellings(string value) =>
        MarkupText.Escape(value) is var escaped && escaped != value ? [value, escaped] : [value];

    private IEnumerable<string> Values()
    {
        foreach (var value in PodEnvironment.ValuesUnder(prefix))
            yield return value.Trim();
        foreach (var secret in known.Keys)
        {
            if (secret.TryResolve(out var value, out _))
                yield return value;
        }
    }
}
