using System.CommandLine;
using Transponder.Core.Store;

namespace Transponder.Server.Commands;

/// <summary><c>serve</c>: the server, until SIGTERM or Ctrl-C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the server.");
        var config = new ConfigOptions(command);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                if (config.Load(arguments) is not { } options)
                    return ConfigOptions.InvalidConfiguration;
                using var signals = new ServeSignals();
                try
                {
                    await using var app = await TransponderApp.StartAsync(options, cancellationToken);
                    Console.WriteLine($"Transponder keeps everything in {app.StoreDescription}");
                    signals.Reload = app.Follow(config.Files(arguments)).Reload;
                    Console.WriteLine($"gRPC on {app.GrpcAddress}  HTTP on {app.HttpAddress}");
                    await app.WaitForShutdownAsync(cancellationToken);
                    return 0;
                }
                catch (StoreException error)
                {
                    Console.Error.WriteLine($"error: {error.Message}");
                    return 1;
                }
                catch (IOException error)
                {
                    // Kestrel reports a port that is taken this way.
                    Console.Error.WriteLine($"error: {error.Message}");
                    return 1;
                }
            }
        );
        return command;
    }
}
