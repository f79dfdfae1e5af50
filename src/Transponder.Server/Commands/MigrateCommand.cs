using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Store;

namespace Transponder.Server.Commands;

/// <summary><c>migrate</c>: brings the store's schema up to date, as a start of the server does too.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the store's schema up to date.");
        var config = new ConfigOptions(command);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                if (config.Load(arguments) is not { } options)
                    return ConfigOptions.InvalidConfiguration;
                try
                {
                    await using var store = StoreFactory.Open(options.Store, NullLoggerFactory.Instance);
                    var applied = await store.MigrateAsync(cancellationToken);
                    foreach (var name in applied)
                        Console.WriteLine($"applied {name}");
                    Console.WriteLine(applied.Count == 0 ? $"{store.Description} is up to date" : $"{store.Description} is up to date now");
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
