using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;

namespace Transponder.Server.Commands;

/// <summary><c>backup</c>: a checked copy of the SQLite database, beside a running server or without one.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var command = new Command("backup", "Copy the SQLite database at one moment, while the server runs or not.");
        var config = new ConfigOptions(command);
        var target = new Argument<string>("FILE") { Description = "The copy; it appears when it is whole and checked." };
        command.Arguments.Add(target);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                if (config.Load(arguments) is not { } options)
                    return ConfigOptions.InvalidConfiguration;
                if (options.Store is not SqliteOptions sqlite)
                {
                    Console.Error.WriteLine("error: the store is PostgreSQL; back it up with pg_dump --schema=transponder");
                    return 1;
                }
                try
                {
                    var began = Stopwatch.GetTimestamp();
                    var copy = await SqliteBackup.WriteAsync(sqlite.File, arguments.GetRequiredValue(target), cancellationToken);
                    var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                    Console.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{copy.File}: {copy.Executions} executions, {copy.Events} events, {copy.Bytes / 1048576.0:0.0} MiB, checked, in {seconds:0.0} s"
                        )
                    );
                    return 0;
                }
                catch (StoreException error)
                {
                    Console.Error.WriteLine($"error: {error.Message}");
                    return 1;
                }
            }
        );
        return command;
    }
}
