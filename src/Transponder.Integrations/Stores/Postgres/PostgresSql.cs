using Npgsql;
using NpgsqlTypes;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Short forms for typed positional parameters, and for values as PostgreSQL keeps them: moments and spans in whole microseconds.</summary>
internal static class PostgresSql
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    /// <summary>Runs a query and reads its rows.</summary>
    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlCommand command,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    public static NpgsqlParameter Uuid(Guid value) => Value(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Text(string? value) => Value(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Bytes(byte[] value) => Value(NpgsqlDbType.Bytea, value);

    public static NpgsqlParameter BytesOrNull(byte[]? value) => Value(NpgsqlDbType.Bytea, value);

    public static NpgsqlParameter Long(long? value) => Value(NpgsqlDbType.Bigint, value);

    public static NpgsqlParameter Int(int value) => Value(NpgsqlDbType.Integer, value);

    public static NpgsqlParameter Short(int value) => Value(NpgsqlDbType.Smallint, (short)value);

    public static NpgsqlParameter ShortOrNull(int? value) => Value(NpgsqlDbType.Smallint, (short?)value);

    public static NpgsqlParameter Moment(DateTimeOffset? value) => Value(NpgsqlDbType.TimestampTz, Micro(value));

    public static NpgsqlParameter Span(TimeSpan value) => Value(NpgsqlDbType.Interval, value);

    public static NpgsqlParameter Bool(bool value) => Value(NpgsqlDbType.Boolean, value);

    public static NpgsqlParameter Texts(IEnumerable<string?> values) => Values(NpgsqlDbType.Text, values);

    public static NpgsqlParameter Longs(IEnumerable<long> values) => Values(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Longs(IEnumerable<long?> values) => Values(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Ints(IEnumerable<int> values) => Values(NpgsqlDbType.Integer, values);

    public static NpgsqlParameter Shorts(IEnumerable<int> values) => Values(NpgsqlDbType.Smallint, values.Select(value => (short)value));

    public static NpgsqlParameter ShortsOrNull(IEnumerable<int?> values) =>
        Values(NpgsqlDbType.Smallint, values.Select(value => (short?)value));

    public static NpgsqlParameter Bools(IEnumerable<bool> values) => Values(NpgsqlDbType.Boolean, values);

    public static NpgsqlParameter Guids(IEnumerable<Guid> values) => Values(NpgsqlDbType.Uuid, values);

    public static NpgsqlParameter ByteArrays(IEnumerable<ReadOnlyMemory<byte>> values) => Values(NpgsqlDbType.Bytea, values);

    public static NpgsqlParameter Moments(IEnumerable<DateTimeOffset?> values) => Values(NpgsqlDbType.TimestampTz, values.Select(Micro));

    public static long Microseconds(this TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset MomentAt(this NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? MomentOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.MomentAt(column);

    public static DateTimeOffset? Micro(DateTimeOffset? value) =>
        value is { } moment ? new DateTimeOffset(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero) : null;

    private static NpgsqlParameter Value(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    private static NpgsqlParameter Values<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() };
}
