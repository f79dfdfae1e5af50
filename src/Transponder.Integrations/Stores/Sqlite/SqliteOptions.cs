namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Where the embedded database is.</summary>
public sealed record SqliteOptions
{
    /// <summary>The database's file; its directory is created on first start.</summary>
    public string File { get; init; } = "./data/transponder.db";

    /// <summary>The size of the write-ahead log above which a warning is logged: a reader holds it back, or the disk is too slow.</summary>
    public long WalAlarmBytes { get; init; } = 256L * 1024 * 1024;
}
