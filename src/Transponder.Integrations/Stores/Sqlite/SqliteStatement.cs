using System.Buffers;
using System.Text;
using SQLitePCL;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>
/// A statement that its connection prepared once. Parameters are added from left to right; disposing resets it and gives it back to the connection.
/// </summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    private const int SmallText = 512;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private int bound;

    public SqliteStatement Add(long value)
    {
        Check(raw.sqlite3_bind_int64(handle, ++bound, value));
        return this;
    }

    public SqliteStatement Add(long? value) => value is { } number ? Add(number) : AddNull();

    public SqliteStatement Add(DateTimeOffset value) => Add(SqliteTime.ToMicroseconds(value));

    public SqliteStatement Add(DateTimeOffset? value) => value is { } time ? Add(time) : AddNull();

    public SqliteStatement Add(TimeSpan? value) => value is { } span ? Add(SqliteTime.ToMicroseconds(span)) : AddNull();

    public SqliteStatement Add(ReadOnlySpan<byte> value)
    {
        bound++;
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, bound, 0) : raw.sqlite3_bind_blob(handle, bound, value));
        return this;
    }

    public SqliteStatement AddBytesOrNull(byte[]? value) => value is null ? AddNull() : Add(value);

    /// <summary>Text. NUL and lone surrogates are refused, as PostgreSQL refuses them.</summary>
    public SqliteStatement Add(string? value)
    {
        if (value is null)
            return AddNull();
        bound++;
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(handle, bound, value));
            return this;
        }
        if (value.Contains('\0'))
            throw new StoreException(StoreFailure.BadData, "A text has a NUL character, which cannot be stored.");

        var size = Utf8.GetMaxByteCount(value.Length);
        var rented = size <= SmallText ? null : ArrayPool<byte>.Shared.Rent(size);
        var buffer = rented ?? stackalloc byte[SmallText];
        try
        {
            Check(raw.sqlite3_bind_text(handle, bound, buffer[..Utf8.GetBytes(value, buffer)]));
        }
        catch (EncoderFallbackException unpaired)
        {
            throw new StoreException(StoreFailure.BadData, "A text has half a surrogate pair, which cannot be stored.", unpaired);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
        return this;
    }

    /// <summary>The next row; false when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            throw database.Error(code);
        return false;
    }

    /// <summary>Runs it to its end, and resets it for other parameters. Answers how many rows it changed.</summary>
    public int Run()
    {
        while (Step()) { }
        Dispose();
        return database.Changes;
    }

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int(int column) => raw.sqlite3_column_int(handle, column);

    public string Text(int column) => Utf8.GetString(raw.sqlite3_column_blob(handle, column));

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(handle, column), bigEndian: true);

    public DateTimeOffset Time(int column) => SqliteTime.Time(Long(column));

    public TimeSpan Span(int column) => SqliteTime.Span(Long(column));

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public TimeSpan? SpanOrNull(int column) => IsNull(column) ? null : Span(column);

    public void Dispose()
    {
        // The code repeats the error of the step before, which has been thrown already.
        _ = raw.sqlite3_reset(handle);
        bound = 0;
    }

    /// <summary>Frees it for good.</summary>
    public void Close() => handle.Dispose();

    private SqliteStatement AddNull()
    {
        Check(raw.sqlite3_bind_null(handle, ++bound));
        return this;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw database.Error(code);
    }
}
