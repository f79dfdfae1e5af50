using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The driver's settings from the operator's, libpq's keywords translated.</summary>
internal static partial class PostgresConnectionString
{
    // Durability is the session's own affair, whatever the server's default; a client that hangs must not keep its row locks.
    private const string Session = "-c synchronous_commit=on -c idle_in_transaction_session_timeout=60000";

    public static string Build(PostgresOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.DbName,
            Username = options.Username,
            ApplicationName = "transponder",
            SearchPath = "transponder",
            Options = Session,
            NoResetOnClose = true,
            KeepAlive = 30,
        };
        foreach (Match pair in Pairs().Matches(options.Options))
            Apply(builder, pair.Groups["key"].Value, Unquote(pair.Groups["value"].Value));
        return builder.ConnectionString;
    }

    private static void Apply(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        switch (key)
        {
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode):
                builder.SslMode = mode;
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "connect_timeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds):
                builder.Timeout = seconds;
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "target_session_attrs" when value is "any" or "read-write" or "primary":
                // The check at start asks for a writable primary anyway.
                break;
            case "options":
                builder.Options = $"{Session} {value}";
                break;
            default:
                throw new FormatException($"{key} is not known, or cannot have that value");
        }
    }

    private static string Unquote(string value) =>
        value is ['\'', .., '\'']
            ? value[1..^1].Replace("\\'", "'", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)
            : value;

    [GeneratedRegex(@"(?<key>[^\s=]+)\s*=?\s*(?<value>'(?:[^'\\]|\\.)*'|\S*)")]
    private static partial Regex Pairs();
}
