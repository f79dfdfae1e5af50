namespace Transponder.Integrations.Sinks.Files;

/// <summary>Lines in a file or on standard output.</summary>
public sealed record FileSinkOptions
{
    /// <summary>What <see cref="Path"/> says when lines go to standard output.</summary>
    public const string StandardOutput = "-";

    /// <summary>The file; it and its directory are made when they are first needed. <c>-</c> = standard output.</summary>
    public string Path { get; init; } = StandardOutput;

    /// <summary>The size beyond which the file is renamed to <c>.1</c> and a new one begun; 0 = never.</summary>
    public long MaxBytes { get; init; } = 100L * 1024 * 1024;

    /// <summary>How many renamed files are kept; the oldest is deleted.</summary>
    public int MaxFiles { get; init; } = 10;

    /// <summary>Whether the disk must have the lines before they are confirmed; otherwise the operating system has them.</summary>
    public bool Fsync { get; init; }
}
