using System.Globalization;

namespace Transponder.Server.Configuration.Reference;

/// <summary>What a key of the configuration holds.</summary>
internal enum KeyKind
{
    /// <summary>Known, and read by nobody: it concerns a part of Flyte that Transponder is not.</summary>
    Ignored,

    /// <summary>A single text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A duration such as 1h30m.</summary>
    Duration,

    /// <summary>One of several words.</summary>
    Choice,

    /// <summary>A list of texts, or one text split at commas.</summary>
    Texts,

    /// <summary>A list of maps or texts.</summary>
    Items,

    /// <summary>A reference to a secret.</summary>
    Secret,

    /// <summary>A text, or a reference to a secret.</summary>
    TextOrSecret,

    /// <summary>A map of keys.</summary>
    Map,
}

/// <summary>What the reader of a key asks for.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Default">What holds when the key is absent, as it would be written; null = nothing.</param>
internal sealed record KeyNote(KeyKind Kind, string? Default)
{
    public int? Min { get; init; }

    public int? Max { get; init; }

    public IReadOnlyList<string> Words { get; init; } = [];

    public static string Written(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Written(TimeSpan span) =>
        span.TotalHours >= 1 && span.Minutes == 0 && span.Seconds == 0 ? $"{span.TotalHours}h"
        : span.TotalMinutes >= 2 && span.Seconds == 0 ? $"{span.TotalMinutes}m"
        : span.Milliseconds == 0 ? $"{span.TotalSeconds}s"
        : $"{span.TotalMilliseconds}ms";
}
