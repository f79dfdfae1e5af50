using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// The right of one process to a database: the operating system's lock on a file beside it, which ends with the process however it ends. The
/// file itself means nothing and stays.
/// </summary>
internal static class SqliteLock
{
    public static FileStream Take(string file)
    {
        var path = file + ".lock";
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StoreException(StoreFailure.Unavailable, $"The database {file} cannot be written: {denied.Message}", denied);
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw new StoreException(
                StoreFailure.Unavailable,
                $"The database {file} is in use by another process (it holds {path}). One process at a time can use a SQLite database; "
                    + "several share a PostgreSQL one.",
                failure
            );
        }
        catch (IOException failure)
        {
            throw new StoreException(StoreFailure.Unavailable, $"The database {file} cannot be opened: {failure.Message}", failure);
        }
    }
}
