using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Every command of the program, as an operator runs it in a pipe, against a whole server.</summary>
[Trait("needs", "servers")]
public sealed class OperatorsUseTheTool : IAsyncLifetime
{
    private const string Execution = "flytesnacks/development/play-5-1";

    private static readonly ListDeliveriesRequest Delivered = new() { State = Delivery.Types.State.Delivered };

    private WebhookReceiver _receiver = null!;
    private ScenarioServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _server = await ScenarioServer.StartAsync(ScenarioConfig.Webhooks(("hook", _receiver.Url)));
        await RunAsync(
            0,
            "play",
            "--executions",
            "2",
            "--shape",
            "linear",
            "--failures",
            "1",
            "--retries",
            "0",
            "--notify",
            "hook",
            "--seed",
            "5"
        );
        await Eventually.PassesAsync(async () =>
            Assert.Equal(2, (await _server.Client.Deliveries.ListDeliveriesAsync(Delivered, ScenarioServer.Token)).Deliveries.Count)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Deliveries_ListedShownAndReplayed_AreTheSame()
    {
        Assert.Equal(2, (await RunAsync(0, "deliveries", "list", "--state", "delivered", "-o", "json")).Count);
        var json = Parse((await RunAsync(0, "deliveries", "list", "--execution", Execution, "-o", "json"))[0]);
        var id = json.GetProperty("id").GetString()!;

        var table = await RunAsync(0, "deliveries", "list", "--channel", "hook", "--since", "1h");
        Assert.Contains(
            table,
            line => line.StartsWith(id, StringComparison.Ordinal) && line.Contains($"  {Execution}  ", StringComparison.Ordinal)
        );
        Assert.DoesNotContain('\u001b', string.Concat(table));
        Assert.Contains(
            await RunAsync(0, "deliveries", "list", "-n", "1"),
            line => line.StartsWith("there are more: --token", StringComparison.Ordinal)
        );

        var shown = await RunAsync(0, "deliveries", "show", id);
        Assert.Contains(
            shown,
            line => line.StartsWith("Execution", StringComparison.Ordinal) && line.EndsWith(Execution, StringComparison.Ordinal)
        );
        Assert.Contains(shown, line => line.Contains("HTTP 200", StringComparison.Ordinal));
        Assert.Equal(id, Document(await RunAsync(0, "deliveries", "show", id, "-o", "json")).GetProperty("id").GetString());

        Assert.Contains(
            await RunAsync(0, "deliveries", "replay", "--state", "delivered", "--dry-run"),
            line => line.StartsWith("2 would", StringComparison.Ordinal)
        );
        Assert.Contains("--yes", Assert.Single(await RunAsync(2, "deliveries", "replay", "--state", "delivered")));
        Assert.Contains(await RunAsync(0, "deliveries", "replay", id), line => line == $"{id}  is sent again");
        await Eventually.TrueAsync(() => _receiver.Received.Count(call => call.Header("webhook-id") == id) == 2, "the replay");
        Assert.Contains(
            await RunAsync(1, "deliveries", "replay", "dlv_unknown"),
            line => line.StartsWith("dlv_unknown  is not", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Executions_EventsAndExplain_TellTheStory()
    {
        Assert.Contains(
            await RunAsync(0, "executions", "list", "-p", "flytesnacks", "-d", "development", "--phase", "failed"),
            line => line.StartsWith(Execution, StringComparison.Ordinal)
        );
        Assert.Equal(2, (await RunAsync(0, "executions", "list", "-p", "flytesnacks", "-d", "development", "-o", "json")).Count);
        Assert.Contains(await RunAsync(0, "executions", "show", Execution), line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Equal(
            "FAILED",
            Document(await RunAsync(0, "executions", "show", Execution, "-o", "json"))
                .GetProperty("closure")
                .GetProperty("phase")
                .GetString()
        );

        var events = await RunAsync(0, "events", "list", Execution, "-o", "json");
        Assert.Equal(
            Enumerable.Range(1, events.Count),
            events.Select(line => int.Parse(Parse(line).GetProperty("sequence").GetString()!, null))
        );
        Assert.Equal("FAILED", Parse(events[^1]).GetProperty("phase").GetString());
        Assert.Equal(events.Count + 1, (await RunAsync(0, "events", "list", Execution)).Count);
        Assert.Equal(
            2,
            (await RunAsync(0, "events", "list", "--kind", "workflow", "--phase", "FAILED", "--newest-first", "-o", "json")).Count
        );

        Assert.Contains(await RunAsync(0, "explain", Execution), line => line.Contains("was accepted", StringComparison.Ordinal));
        Assert.Equal("FAILED", Document(await RunAsync(0, "explain", Execution, "-o", "json")).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Channels_TestedAndRendered_SayWhatWouldBeSent()
    {
        Assert.Contains(await RunAsync(0, "channels"), line => line.StartsWith("hook     webhook", StringComparison.Ordinal));
        Assert.Equal("hook", Parse((await RunAsync(0, "channels", "-o", "json"))[0]).GetProperty("name").GetString());

        _receiver.Answer = _ => ReceiverAnswer.Of(200);
        var sent = Document(await RunAsync(0, "send-test", "hook", "--message", "hello", "-o", "json"));
        Assert.Equal("DELIVERED", sent.GetProperty("outcome").GetString());
        var call = Assert.Single(_receiver.Received, one => one.Header("webhook-id") == sent.GetProperty("id").GetString());
        Assert.Contains("[test] hello", System.Text.Encoding.UTF8.GetString(call.Body));
        _receiver.Answer = _ => ReceiverAnswer.Of(500, "the secret page");
        var refused = await RunAsync(1, "send-test", "hook");
        Assert.Contains(refused, line => line.EndsWith("HTTP 500", StringComparison.Ordinal));
        Assert.DoesNotContain("secret page", string.Concat(refused));
        Assert.Contains("known: hook", Assert.Single(await RunAsync(5, "send-test", "nobody")));

        var rendered = await RunAsync(
            1,
            "render",
            Execution,
            "--title",
            "{{ name }}: {{ phase }}",
            "--body",
            "{{ error.code }} {{ oops }}"
        );
        Assert.Contains("Title  play-5-1: failed", rendered);
        Assert.Contains(rendered, line => line.Contains("{{ oops }} is no token", StringComparison.Ordinal));
        Assert.Equal(
            "text",
            Document(await RunAsync(0, "render", "--channel", "hook", "--phase", "aborted", "-o", "json")).GetProperty("format").GetString()
        );
    }

    [Fact]
    public async Task Doctor_OfARunningServer_FindsItWell()
    {
        var lines = await RunAsync(0, "doctor");
        Assert.Contains(lines, line => line.StartsWith("ok    store: SQLite", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok    channel hook: webhook: 127.0.0.1:", StringComparison.Ordinal));
        Assert.All(await RunAsync(0, "doctor", "-o", "json"), line => Assert.NotEmpty(Parse(line).GetProperty("level").GetString()!));
    }

    [Fact]
    public async Task Mistakes_EachInOneLine_SayWhatToDo()
    {
        Assert.Contains("no delivery dlv_unknown", Assert.Single(await RunAsync(5, "deliveries", "show", "dlv_unknown")));
        Assert.Contains("PROJECT/DOMAIN/NAME", Assert.Single(await RunAsync(2, "explain", "nightly")));
        Assert.Contains("transponder deliveries --help", Assert.Single(await RunAsync(2, "deliveries", "lst")));
        Assert.Contains("does not exist", Assert.Single(await RunAsync(2, "channels", "--token-file", "/nowhere/token")));
        var unreachable = await RunAgainstAsync($"http://127.0.0.1:{FreePort.Next()}", 3, "channels");
        Assert.Contains("--server", Assert.Single(unreachable));
        Assert.Contains("FAIL", (await RunAgainstAsync($"http://127.0.0.1:{FreePort.Next()}", 1, "doctor"))[0]);
    }

    [Fact]
    public async Task Token_ThatIsWrongOrMissing_IsRefusedInOneLine()
    {
        using var folder = new TempDirectory();
        var token = folder.Write("token", "a-token-of-the-operator");
        var yaml = $"auth: {{ tokens: [ {{ name: ops, secret: {{ file: {token} }}, roles: [operator] }} ] }}";
        await using var server = await ScenarioServer.StartAsync(yaml);
        var wrong = folder.Write("wrong", "a-token-of-nobody-at-all");

        Assert.Empty((await RunAgainstAsync($"{server.Grpc}", 0, "channels", "--token-file", token)).Skip(1));
        Assert.Contains("TRANSPONDER_TOKEN", Assert.Single(await RunAgainstAsync($"{server.Grpc}", 4, "channels")));
        Assert.Contains("does not know you", Assert.Single(await RunAgainstAsync($"{server.Grpc}", 4, "channels", "--token-file", wrong)));
    }

    [Fact]
    public async Task Completions_OfAWord_AreItsCommands()
    {
        Assert.Contains("_transponder", string.Concat(await RunAsync(0, "completions", "bash")));
        await using var suggest = ServerProcess.Run("[suggest:15]", "transponder del");
        Assert.Equal(0, await suggest.ExitAsync());
        Assert.Contains("deliveries", suggest.Output);
    }

    private Task<IReadOnlyList<string>> RunAsync(int code, params string[] arguments) =>
        RunAgainstAsync($"{_server.Grpc}", code, arguments);

    private static async Task<IReadOnlyList<string>> RunAgainstAsync(string server, int code, params string[] arguments)
    {
        var environment = new Dictionary<string, string?> { ["TRANSPONDER_SERVER"] = server };
        await using var process = ChildProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "transponder"),
            arguments,
            environment: environment
        );
        Assert.True(await process.ExitAsync() == code, $"transponder {string.Join(' ', arguments)}\n{process.Output}");
        return [.. process.Lines.Where(line => line.Length > 0)];
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static JsonElement Document(IReadOnlyList<string> lines) => Parse(string.Join('\n', lines));
}
