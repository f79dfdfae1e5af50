using System.Net.Sockets;
using System.Text;
using Npgsql;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>What a driver's exception means to the caller.</summary>
internal static class PostgresFailure
{
    /// <summary>True for what the database or its connection can throw; anything else is a bug or a cancellation and passes through.</summary>
    public static bool Covers(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException or EncoderFallbackException;

    /// <summary>True when the database rolled the transaction back for another's sake, and repeating it may succeed.</summary>
    public static bool AsksForRepetition(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>True when the log has no partition for an event's position, and repeating the transaction succeeds once it has.</summary>
    public static bool LacksPartition(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.CheckViolation, TableName: "events", ConstraintName: null };

    /// <summary>True when the connection is gone, and others in the pool may be too.</summary>
    public static bool LostConnection(Exception error) =>
        error switch
        {
            PostgresException refused => !IsPlainError(refused) || refused.SqlState.StartsWith("57P", StringComparison.Ordinal),
            EncoderFallbackException => false,
            _ => true,
        };

    /// <param name="error">One that <see cref="Covers"/>.</param>
    /// <param name="committing">True when COMMIT had been sent.</param>
    public static StoreException Classify(Exception error, bool committing)
    {
        if (committing && !(error is PostgresException refused && IsPlainError(refused)))
            return new(StoreFailure.Unknown, $"PostgreSQL was lost during COMMIT: {Describe(error)}", error);
        return IsBadData(error)
            ? new(StoreFailure.BadData, $"PostgreSQL cannot store a value: {Describe(error)}", error)
            : new(StoreFailure.Unavailable, $"PostgreSQL is not available: {Describe(error)}", error);
    }

    private static bool IsPlainError(PostgresException error) => error.InvariantSeverity == "ERROR";

    private static bool IsBadData(Exception error) =>
        error switch
        {
            PostgresException refused => refused.SqlState[..2] is "22" or "23" or "54",
            _ => error is EncoderFallbackException,
        };

    private static string Describe(Exception error) =>
        error is PostgresException refused ? $"{refused.MessageText} ({refused.SqlState})" : (error.InnerException ?? error).Message;
}
