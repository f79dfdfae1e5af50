using Transponder.Notifiers;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Where the PostgreSQL database is: Flyte's <c>database.postgres</c> block.</summary>
public sealed record PostgresOptions
{
    /// <summary>A host name or address, or the directory of a unix socket.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>The database. Everything is kept in its schema <c>transponder</c>.</summary>
    public string DbName { get; init; } = "postgres";

    /// <summary>The user.</summary>
    public string Username { get; init; } = "postgres";

    /// <summary>The password, read anew for each connection; null when the server asks for none.</summary>
    public SecretRef? Password { get; init; }

    /// <summary>Prepares the statements of event batches once per connection; not for a PgBouncer before 1.21 in transaction mode.</summary>
    public bool PrepareStatements { get; init; } = true;

    /// <summary>libpq's <c>keyword=value</c> pairs, separated by blanks: <c>sslmode=require connect_timeout=5</c>.</summary>
    public string Options { get; init; } = "";

    /// <summary>What is wrong with <see cref="Options"/>; null when nothing is.</summary>
    public string? FindProblem()
    {
        try
        {
            _ = PostgresConnectionString.Build(this);
            return null;
        }
        catch (FormatException problem)
        {
            return problem.Message;
        }
    }
}
