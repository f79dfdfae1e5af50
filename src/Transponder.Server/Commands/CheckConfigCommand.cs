using System.CommandLine;
using Transponder.Core.Routing;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Server.Commands.Terminal;
using Transponder.Server.Configuration;

namespace Transponder.Server.Commands;

/// <summary><c>check-config</c>: every problem of a configuration with file, line and key, and what would run, without starting anything.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var command = new Command("check-config", "Check configuration files; exits with 2 when they cannot be run.");
        var config = new ConfigOptions(command);
        var output = new OutputOptions(command);
        command.SetAction(arguments =>
        {
            var screen = output.Open(arguments);
            if (screen.IsJson)
                return Tell(screen, config.Read(arguments));
            if (config.Load(arguments) is not { } options)
                return ConfigOptions.InvalidConfiguration;
            screen.Facts(Facts(options).Select(fact => (fact.Name, new Cell(fact.Value))));
            screen.Line("The configuration is fine.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static int Tell(Screen screen, (ConfigResult Result, bool IsStrict) config)
    {
        var (result, isStrict) = config;
        var valid = result.IsValid(isStrict);
        screen.Json(
            new
            {
                Valid = valid,
                Problems = result.Problems.Select(problem => new
                {
                    Level = problem.IsError || isStrict ? "error" : "warning",
                    problem.File,
                    problem.Line,
                    problem.Key,
                    problem.Text,
                }),
                Runs = valid ? Facts(result.Options).ToDictionary(fact => fact.Key, fact => fact.Value) : [],
            }
        );
        return valid ? ExitCode.Ok : ConfigOptions.InvalidConfiguration;
    }

    private static IEnumerable<(string Key, string Name, string Value)> Facts(TransponderOptions options)
    {
        var wire = options.Wire;
        var tls = wire.Tls is null ? "" : " with TLS";
        yield return ("http", "HTTP", $"{wire.Host}:{wire.HttpPort}{tls}");
        yield return ("grpc", "gRPC", $"{wire.Host}:{wire.GrpcPort}{tls}");
        yield return ("store", "Store", Store(options.Store));
        yield return (
            "notifications",
            "Notifications",
            options.Notifications.Enabled ? "on" : "off: every delivery is recorded as suppressed"
        );
        var email = options.Notifications.Mail is { } mail ? [$"{AddressBook.EmailChannel} ({mail.Summary})"] : Array.Empty<string>();
        yield return ("channels", "Channels", Listed(email.Concat(options.Channels.Keys.Order(StringComparer.Ordinal))));
        yield return (
            "recipients",
            "Recipients",
            Listed(
                options
                    .Recipients.OrderBy(one => one.Key, StringComparer.Ordinal)
                    .Select(one => $"{one.Key} → {string.Join(", ", one.Value)}"),
                "; "
            )
        );
        yield return (
            "sinks",
            "Sinks",
            Listed(
                options.Sinks.OrderBy(sink => sink.Name, StringComparer.Ordinal).Select(sink => $"{sink.Name} ({sink.Type} {sink.Target})")
            )
        );
    }

    private static string Listed(IEnumerable<string> names, string separator = ", ") =>
        string.Join(separator, names) is { Length: > 0 } text ? text : "none";

    private static string Store(object store) =>
        store switch
        {
            SqliteOptions sqlite => $"SQLite {sqlite.File}",
            PostgresOptions postgres => $"PostgreSQL database {postgres.DbName} at {postgres.Host}:{postgres.Port}",
            _ => store.GetType().Name,
        };
}
