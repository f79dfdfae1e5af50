using SQLitePCL;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>SQLite's result codes as the store's failures.</summary>
internal static class SqliteErrors
{
    public static StoreException From(int code, sqlite3? database)
    {
        var text = database is null ? raw.sqlite3_errstr(code) : raw.sqlite3_errmsg(database);
        var extended = database is null ? code : raw.sqlite3_extended_errcode(database);
        return new StoreException(Classify(code & 0xFF), $"SQLite: {text.utf8_to_string()} (code {extended})");
    }

    /// <summary>True when the running call was ended by an interrupt.</summary>
    public static bool IsInterrupt(int code) => (code & 0xFF) == raw.SQLITE_INTERRUPT;

    private static StoreFailure Classify(int primary) =>
        primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH ? StoreFailure.BadData : StoreFailure.Unavailable;
}
