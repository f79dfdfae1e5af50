using System.CommandLine;
using Transponder.Client;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.Server.Configuration;

namespace Transponder.Server.Commands.Demo;

/// <summary><c>demo</c>: the main job from end to end on this machine, in a temporary directory that is removed afterwards.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command(
            "demo",
            "Play three executions against a server with a local mailbox and webhook, and show what arrives."
        );
        var keep = new Option<bool>("--keep") { Description = "Leave the server running afterwards, until Ctrl-C." };
        command.Options.Add(keep);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var folder = Directory.CreateTempSubdirectory("transponder-demo-").FullName;
                try
                {
                    await RunAsync(folder, arguments.GetValue(keep), cancellationToken);
                    return 0;
                }
                catch (Exception error) when (error is DemoFailure or RpcException or StoreException or IOException)
                {
                    var code = error is RpcException rpc ? $"{rpc.Code}: " : "";
                    await Console.Error.WriteLineAsync($"The demo failed: {code}{error.Message}");
                    return 1;
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    await Console.Error.WriteLineAsync("The demo was interrupted.");
                    return 1;
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        );
        return command;
    }

    private static async Task RunAsync(string folder, bool keep, CancellationToken cancellationToken)
    {
        var screen = new DemoScreen(Console.Out, Console.IsOutputRedirected);
        await using var mailbox = DemoMailbox.Start();
        await using var webhook = await DemoWebhook.StartAsync(cancellationToken);
        var file = await DemoConfiguration.WriteAsync(folder, mailbox, webhook, cancellationToken);
        var configuration = ConfigLoader.Load([file]);
        if (!configuration.IsValid())
            throw new DemoFailure($"its configuration has problems: {string.Join("; ", configuration.Problems)}");

        await using var app = await TransponderApp.StartAsync(configuration.Options, LogWarnings, cancellationToken);
        screen.Title("Transponder is up");
        screen.Fact("gRPC", app.GrpcAddress.ToString());
        screen.Fact("HTTP", app.HttpAddress.ToString());
        screen.Fact("store", app.StoreDescription);
        screen.Fact("mailbox", $"smtp://127.0.0.1:{mailbox.Port}");
        screen.Fact("webhook", webhook.Url.ToString());

        using var client = new TransponderClient(
            app.GrpcAddress,
            new GrpcChannelOptions { Metadata = [new("x-forwarded-user", "ada@example.com")] }
        );
        var run = new DemoRun(client, mailbox, webhook, screen, TimeProvider.System);
        await run.RunAsync(cancellationToken);
        if (!keep)
            return;

        screen.Title("The server goes on until Ctrl-C");
        screen.Fact("settings", file);
        screen.Fact("look", $"curl '{new Uri(app.HttpAddress, "/api/v1/deliveries?limit=3")}'");
        screen.Fact(
            "",
            $"curl '{new Uri(app.HttpAddress, $"/api/v1/executions/{DemoCatalog.Project}/{DemoCatalog.Domain}/nightly-2/deliveries/explain")}'"
        );
        screen.Fact("", $"curl '{new Uri(app.HttpAddress, "/metrics")}'");
        screen.Fact(
            "send again",
            $"curl -X POST -d '{{\"filter\":{{\"state\":\"DELIVERED\"}}}}' '{new Uri(app.HttpAddress, "/api/v1/deliveries/replay")}'"
        );
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = run.FollowAsync(end.Token);
        await app.WaitForShutdownAsync(cancellationToken);
        await end.CancelAsync();
        await following;
    }

    private static void LogWarnings(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
        logging.SetMinimumLevel(LogLevel.Warning);
    }
}
