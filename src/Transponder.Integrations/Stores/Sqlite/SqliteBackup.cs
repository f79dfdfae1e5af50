using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// A copy of a database at one moment, whole and compact, while a server may be writing to it: reading needs no right to the database, and takes
/// nothing from the writer but room for its log.
/// </summary>
public static class SqliteBackup
{
    /// <summary>Writes the copy, checks it, and gives it its name when it is on disk. A file of that name is replaced, or left as it was.</summary>
    /// <param name="database">The database's file.</param>
    /// <param name="target">The copy's file.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left of it.</param>
    public static Task<SqliteBackupResult> WriteAsync(string database, string target, CancellationToken cancellationToken) =>
        Task.Run(() => Write(Path.GetFullPath(database), Path.GetFullPath(target), cancellationToken), cancellationToken);

    private static SqliteBackupResult Write(string database, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(database))
            throw new StoreException(StoreFailure.Unavailable, $"There is no database {database}.");
        if (target == database || target.StartsWith(database + "-", StringComparison.Ordinal) || Directory.Exists(target))
            throw new StoreException(StoreFailure.Unavailable, $"A backup cannot be written to {target}.");
        // Beside the target, so that the last step is a change of name and nothing else.
        var partial = $"{target}.{Guid.NewGuid():N}.partial";
        try
        {
            if (Path.GetDirectoryName(target) is { } folder)
                Directory.CreateDirectory(folder);
            Copy(database, partial, cancellationToken);
            var (executions, events) = Check(partial, cancellationToken);
            using (var written = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                written.Flush(flushToDisk: true);
            File.Move(partial, target, overwrite: true);
            return new SqliteBackupResult(target, new FileInfo(target).Length, executions, events);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Unavailable, $"The backup {target} cannot be written: {failure.Message}", failure);
        }
        finally
        {
            foreach (var file in (string[])[partial, partial + "-journal", partial + "-wal", partial + "-shm"])
            {
                if (File.Exists(file))
                    File.Delete(file);
            }
        }
    }

    private static void Copy(string database, string partial, CancellationToken cancellationToken)
    {
        using var source = SqliteDatabase.OpenReader(database);
        using (cancellationToken.UnsafeRegister(static state => ((SqliteDatabase)state!).Interrupt(), source))
        {
            var copy = source.Prepare("VACUUM INTO ?");
            try
            {
                copy.Add(partial).Step();
            }
            finally
            {
                copy.Close();
            }
        }
    }

    private static (long Executions, long Events) Check(string partial, CancellationToken cancellationToken)
    {
        using var copy = SqliteDatabase.OpenReader(partial);
        using (cancellationToken.UnsafeRegister(static state => ((SqliteDatabase)state!).Interrupt(), copy))
        {
            if (copy.Pragma("integrity_check") is var verdict && verdict != "ok")
                throw new StoreException(StoreFailure.Unavailable, $"The backup is not sound: {verdict}");
            return (Count(copy, "executions"), Count(copy, "events"));
        }
    }

    private static long Count(SqliteDatabase database, string table)
    {
        using var rows = database.Use($"SELECT count(*) FROM {table}");
        rows.Step();
        return rows.Long(0);
    }
}

/// <summary>What a backup holds.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="Executions">How many executions it has.</param>
/// <param name="Events">How many events its log has.</param>
public sealed record SqliteBackupResult(string File, long Bytes, long Executions, long Events);
