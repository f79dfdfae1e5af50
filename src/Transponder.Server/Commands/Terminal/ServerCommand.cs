using System.CommandLine;
using Transponder.Client;
using Transponder.Protocol;

namespace Transponder.Server.Commands.Terminal;

/// <summary>A command that asks a server: its options, its client, and one line for whatever goes wrong.</summary>
internal static class ServerCommand
{
    /// <summary>Gives the command its options and what it does.</summary>
    /// <param name="command">The command, with its own arguments and options.</param>
    /// <param name="run">What it does; it answers the exit code.</param>
    public static Command Asks(this Command command, Func<ServerCall, CancellationToken, Task<int>> run)
    {
        var server = new ServerOptions(command);
        var output = new OutputOptions(command);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var screen = output.Open(arguments);
                try
                {
                    using var client = server.Connect(arguments, screen);
                    return await run(new ServerCall(arguments, screen, client, server.Address(arguments)), cancellationToken);
                }
                catch (UsageFailure failure)
                {
                    screen.Remark($"error: {failure.Message}");
                    return ExitCode.Usage;
                }
                catch (RpcException failure)
                {
                    var (text, code) = Failures.Tell(failure, server.Address(arguments));
                    screen.Remark($"error: {text}");
                    return code;
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    screen.Remark("interrupted");
                    return ExitCode.Failed;
                }
            }
        );
        return command;
    }
}

/// <summary>One run of a command that asks a server.</summary>
/// <param name="Arguments">What the command line says.</param>
/// <param name="Screen">Where the answer goes.</param>
/// <param name="Client">The server.</param>
/// <param name="Address">Its address.</param>
internal sealed record ServerCall(ParseResult Arguments, Screen Screen, TransponderClient Client, Uri Address);
