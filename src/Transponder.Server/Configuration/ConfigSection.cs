using System.Globalization;
using System.Text.RegularExpressions;
using Transponder.Notifiers;
using Transponder.Server.Configuration.Reference;

namespace Transponder.Server.Configuration;

/// <summary>
/// Reads one map of the configuration, and notes every problem with its file, line and key. A value that is wrong reads as its default, so that
/// reading goes on. What was never asked for is unknown.
/// </summary>
internal sealed partial class ConfigSection
{
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ConfigSection> children = [];
    private readonly Dictionary<string, ConfigSection> sections = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConfigValue value;
    private readonly List<ConfigProblem> problems;
    private readonly KeyNotes? notes;
    private readonly string pattern;
    private bool isNamed;

    /// <param name="value">The map.</param>
    /// <param name="problems">Where problems are noted.</param>
    /// <param name="notes">Where it is noted what is asked for; null = nowhere.</param>
    /// <param name="pattern">The key of this map in the notes.</param>
    public ConfigSection(ConfigValue value, List<ConfigProblem> problems, KeyNotes? notes = null, string pattern = "")
    {
        this.value = value;
        this.problems = problems;
        (this.notes, this.pattern) = (notes, pattern);
        if (value.Map is null && !value.IsEmpty)
            Error(value, "must be a map of keys");
    }

    /// <summary>The full key of this map.</summary>
    public string Key => value.Key;

    /// <summary>The same for maps that say the same, wherever they stand.</summary>
    public string Digest => value.Digest();

    /// <summary>The keys of this map, as written: names of the operator's choice.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            isNamed = true;
            return value.Map?.Keys ?? [];
        }
    }

    /// <summary>True when nothing is written in this map.</summary>
    public bool IsBlank => value.Map is not { Count: > 0 };

    /// <summary>True when the key is written, even with nothing after it.</summary>
    public bool Mentions(string key) => value.Map?.ContainsKey(key) == true;

    public bool Has(string key) => Find(key) is { IsEmpty: false };

    public bool IsMap(string key) => Find(key) is { Map: not null };

    public string? Text(string key) => Read(key, KeyKind.Text, null);

    public string Text(string key, string fallback) => Read(key, KeyKind.Text, fallback) ?? fallback;

    /// <summary>A text that must be there.</summary>
    public string Required(string key, string why)
    {
        if (Text(key) is { Length: > 0 } text)
            return text;
        if (!Has(key) || Find(key)!.Scalar is not null)
            Error(key, $"is missing: {why}");
        return "";
    }

    public int Number(string key, int fallback, int min, int max)
    {
        Note(key, new KeyNote(KeyKind.Number, KeyNote.Written(fallback)) { Min = min, Max = max });
        if (Text(key) is not { } text)
            return fallback;
        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
            return number;
        Error(key, $"\"{text}\" is not a whole number from {min} to {max}");
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Read(key, KeyKind.Flag, fallback ? "true" : "false") is not { } text)
            return fallback;
        switch (text.ToLowerInvariant())
        {
            case "true" or "yes" or "on" or "1":
                return true;
            case "false" or "no" or "off" or "0":
                return false;
            default:
                Error(key, $"\"{text}\" is neither true nor false");
                return fallback;
        }
    }

    /// <summary>A duration as Go writes it: <c>1h30m</c>, <c>250ms</c>; a bare number is seconds.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback)
    {
        if (Read(key, KeyKind.Duration, KeyNote.Written(fallback)) is not { } text)
            return fallback;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        if (GoDuration().Match(text) is { Success: true } match)
        {
            var total = TimeSpan.Zero;
            for (var i = 0; i < match.Groups["n"].Captures.Count; i++)
            {
                var number = double.Parse(match.Groups["n"].Captures[i].ValueSpan, CultureInfo.InvariantCulture);
                total += number * UnitOf(match.Groups["u"].Captures[i].Value);
            }

            return total;
        }

        Error(key, $"\"{text}\" is not a duration such as 30s, 5m or 1h30m");
        return fallback;
    }

    /// <summary>One of several words, without regard to case.</summary>
    public T Choice<T>(string key, T fallback, params IReadOnlyList<(string Word, T Value)> choices)
    {
        var preset = choices.FirstOrDefault(choice => Equals(choice.Value, fallback)).Word;
        Note(key, new KeyNote(KeyKind.Choice, preset) { Words = [.. choices.Select(choice => choice.Word)] });
        if (Text(key) is not { } text)
            return fallback;
        foreach (var (word, choice) in choices)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        Error(key, $"\"{text}\" is none of {string.Join(", ", choices.Select(choice => choice.Word))}");
        return fallback;
    }

    /// <summary>A list of texts; a single text is split at commas, as Flyte reads it.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        Note(key, new KeyNote(KeyKind.Texts, null));
        if (Find(key) is not { IsEmpty: false } found)
            return [];
        if (found.Scalar is { } scalar)
            return scalar.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (found.List is { } list)
            return list.Select(ScalarOf).OfType<string>().ToList();
        Error(found, "must be a list");
        return [];
    }

    /// <summary>The items of a list of maps; scalars among them are given as they are.</summary>
    public IReadOnlyList<(string? Text, ConfigSection? Map)> Items(string key)
    {
        Note(key, new KeyNote(KeyKind.Items, null));
        if (Find(key) is not { IsEmpty: false } found)
            return [];
        if (found.List is not { } list)
        {
            Error(found, "must be a list");
            return [];
        }

        return list.Select(item =>
                (item.Map is null ? item.Scalar : null, item.Map is null ? null : Child(item, notes, PatternOf(key) + "[]"))
            )
            .ToList();
    }

    /// <summary>A map below this one; empty when it is not there.</summary>
    public ConfigSection Section(string key)
    {
        if (!sections.TryGetValue(key, out var section))
            sections[key] = section = Child(Find(key) ?? Missing(key), notes, NoteSection(key));
        return section;
    }

    /// <summary>A secret: <c>{ env: NAME }</c>, <c>{ file: PATH }</c>; null when it is not there, or wrong.</summary>
    public SecretRef? Secret(string key)
    {
        Note(key, new KeyNote(KeyKind.Secret, null));
        if (Find(key) is not { IsEmpty: false } found)
            return null;
        if (found.Map is null)
        {
            Error(found, "must be a reference to a secret: { env: NAME } or { file: PATH }");
            return null;
        }

        var section = Child(found, null, "");
        var (variable, file) = (section.Text("env"), section.Text("file"));
        if ((variable is null) == (file is null))
        {
            Error(found, "must name exactly one of env and file");
            return null;
        }

        return variable is not null ? SecretRef.FromEnvironment(variable) : SecretRef.FromFile(file!);
    }

    /// <summary>A value that may be a secret or a plain text; null when it is not there, or wrong.</summary>
    public SecretRef? TextOrSecret(string key)
    {
        Note(key, new KeyNote(KeyKind.TextOrSecret, null));
        return IsMap(key) ? Secret(key)
            : Text(key) is { } text ? SecretRef.FromValue(text)
            : null;
    }

    /// <summary>Notes a problem with a value. A secret that cannot be read only warns: one that is mounted late must not keep the server from its work.</summary>
    public void Report(string key, string problem, IEnumerable<SecretRef?> secrets)
    {
        if (secrets.Any(secret => secret is not null && !secret.TryResolve(out _, out var unreadable) && unreadable == problem))
            Warn(key, $"{problem}; messages will wait until it is there");
        else
            Error(key, problem);
    }

    /// <summary>Warns of a secret that cannot be read now: one that is mounted late must not keep the server from its work.</summary>
    public void WarnIfUnreadable(string key, SecretRef? secret)
    {
        if (secret is not null && !secret.TryResolve(out _, out var problem))
            Warn(key, $"{problem}; messages will wait until it is there");
    }

    public void Error(string key, string text) => Error(Find(key) ?? Missing(key), text);

    public void Warn(string key, string text) => Add(false, Find(key) ?? Missing(key), text);

    /// <summary>Notes a problem with this map as a whole.</summary>
    public void ErrorHere(string text) => Error(value, text);

    /// <summary>Warns of this map as a whole.</summary>
    public void WarnHere(string text) => Add(false, value, text);

    /// <summary>Marks keys as known that are read by nobody.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            asked.Add(key);
            Note(key, new KeyNote(KeyKind.Ignored, null));
        }
    }

    /// <summary>Warns of every key, here and below, that was never asked for.</summary>
    public void WarnOfUnknown()
    {
        foreach (var (key, found) in value.Map ?? new Dictionary<string, ConfigValue>())
        {
            if (!asked.Contains(key))
                Add(false, found, "is not a key that Transponder knows" + Suggestion(key));
        }

        foreach (var child in children)
            child.WarnOfUnknown();
    }

    private string Suggestion(string key)
    {
        var near = asked.FirstOrDefault(known => Distance(known, key) <= Math.Max(1, key.Length / 4));
        return near is null ? "" : $"; did you mean \"{near}\"?";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (row[j], diagonal) = (Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost), row[j]);
            }
        }

        return row[b.Length];
    }

    private string? Read(string key, KeyKind kind, string? preset)
    {
        Note(key, new KeyNote(kind, preset));
        return Find(key) is { IsEmpty: false } found ? ScalarOf(found) : null;
    }

    private void Note(string key, KeyNote note) => notes?.Add(PatternOf(key), note);

    // What a named map may hold depends on its type, so that each type has its own notes.
    private string NoteSection(string key)
    {
        Note(key, new KeyNote(KeyKind.Map, null));
        var type = isNamed ? value.Map?.GetValueOrDefault(key)?.Map?.GetValueOrDefault("type")?.Scalar : null;
        return type is null ? PatternOf(key) : $"{PatternOf(key)}({type})";
    }

    private string PatternOf(string key) => (pattern.Length == 0 ? "" : pattern + ".") + (isNamed ? "*" : key);

    private ConfigSection Child(ConfigValue found, KeyNotes? notes, string pattern)
    {
        var child = new ConfigSection(found, problems, notes, pattern);
        children.Add(child);
        return child;
    }

    private ConfigValue? Find(string key)
    {
        asked.Add(key);
        return value.Map?.GetValueOrDefault(key);
    }

    private ConfigValue Missing(string key) =>
        new()
        {
            File = value.File,
            Line = value.Line,
            Key = Key.Length == 0 ? key : $"{Key}.{key}",
        };

    private string? ScalarOf(ConfigValue found)
    {
        if (found.Scalar is null)
            Error(found, "must be a single value");
        return found.Scalar;
    }

    private void Error(ConfigValue at, string text) => Add(true, at, text);

    private void Add(bool isError, ConfigValue at, string text) => problems.Add(new(isError, at.File, at.Line, at.Key, text));

    private static TimeSpan UnitOf(string unit) =>
        unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };

    [GeneratedRegex(@"^(?:(?<n>\d+(?:\.\d+)?)(?<u>ms|s|m|h|d))+$", RegexOptions.CultureInvariant)]
    private static partial Regex GoDuration();
}
