using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary><c>transponder-task watch-idle</c>, live: an idle session gets exactly connect, one reminder, termination, and its server is ended.</summary>
[Trait("needs", "servers")]
public sealed class TaskToolWatchesIdleServers : IAsyncLifetime
{
    private static readonly string[] Texts =
    [
        "You can connect to the VSCode server now!",
        "Reminder: The VSCode server will be terminated in 5 seconds.",
        "VSCode server is idle for more than 6 seconds. Terminating...",
    ];

    private readonly TaskToolFile _tool = new();
    private WebhookReceiver _receiver = null!;

    private Dictionary<string, string?> Hook => new() { ["HOOK"] = _receiver.Url };

    private IEnumerable<string?> Titles => _receiver.Received.Select(request => request.Json.GetProperty("title").GetString());

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _tool.Dispose();
    }

    [Fact]
    public async Task IdleSession_GetsExactlyThreeMessages_AndItsServerEnds()
    {
        await File.WriteAllTextAsync(_tool.Place("heartbeat"), "", TestContext.Current.CancellationToken);

        var (code, output, took) = await _tool.RunAsync(
            [.. Watch("--heartbeat", "heartbeat"), "--", "sh", "-c", "trap 'echo ended; exit 0' TERM; while :; do sleep 0.05; done"],
            Hook
        );

        Assert.Equal((0, "ended"), (code, output));
        Assert.Equal(Texts, Titles);
        Assert.InRange(took.TotalSeconds, 5, 100);
    }

    [Fact]
    public async Task Heartbeat_KeepsTheSessionOpen_AndTheReminderComesAgain()
    {
        var heartbeat = _tool.Place("heartbeat");
        await using var process = _tool.Start(Watch("--heartbeat", heartbeat), Hook);
        await _receiver.ReceivedAsync(2);
        await File.WriteAllTextAsync(heartbeat, "", TestContext.Current.CancellationToken);

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal([Texts[0], Texts[1], Texts[1], Texts[2]], Titles);
    }

    [Fact]
    public async Task Connection_ToThePort_KeepsTheSessionOpen()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        using var accepted = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var process = _tool.Start(Watch("--port", $"{port}"), Hook);
        await _receiver.ReceivedAsync(1);
        var clock = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(6.5), "the session's time to pass");
        Assert.False(process.HasExited);
        Assert.Equal(Texts[..1], Titles);

        accepted.Close();
        client.Close();

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal(Texts, Titles);
    }

    [Fact]
    public async Task Server_ThatEndsByItself_EndsTheWatch()
    {
        const string Script = "while [ ! -e go ]; do sleep 0.05; done; exit 6";
        await using var process = _tool.Start([.. Watch("--heartbeat", "heartbeat"), "--", "sh", "-c", Script], Hook);
        await _receiver.ReceivedAsync(1);
        await File.WriteAllTextAsync(_tool.Place("go"), "", TestContext.Current.CancellationToken);

        Assert.Equal(6, await process.ExitAsync());
        Assert.Equal(Texts[..1], Titles);
    }

    [Fact]
    public async Task Process_ThatIsNamed_IsEnded()
    {
        await using var server = ChildProcess.Start("/bin/sleep", ["60"]);

        var (code, _, _) = await _tool.RunAsync([.. Watch("--heartbeat", "heartbeat"), "--kill-pid", $"{server.Id}"], Hook);

        Assert.Equal(0, code);
        Assert.Equal(143, await server.ExitAsync());
        Assert.Equal(Texts, Titles);
    }

    // A look that comes too late for the reminder ends the session without one.
    private static string[] Watch(string what, string where) =>
        ["watch-idle", what, where, "--idle-for", "6s", "--warn-before", "5s", "--poll", "200ms", "--to", "webhook://env:HOOK"];
}
