using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Transponder.Tests.Rig;
using Transponder.Tests.Scenarios;
using Xunit;

namespace Transponder.Tests.Ops;

/// <summary>What ships for Prometheus and Grafana is accepted by Prometheus' own tool, speaks of metrics that exist, and has its page in the runbook.</summary>
[Trait("needs", "servers")]
public sealed partial class RulesAndDashboardsTests
{
    private static readonly string Rules = Repository.File("ops/prometheus/alerts.yaml");

    private static readonly string[] Alerts = [.. Alert().Matches(File.ReadAllText(Rules)).Select(match => match.Groups[1].Value)];

    private static string[] Queries =>
        [
            .. JsonElement
                .Parse(File.ReadAllBytes(Repository.File("ops/grafana/transponder.json")))
                .GetProperty("panels")
                .EnumerateArray()
                .Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];

    [Fact]
    public async Task Rules_AreAccepted() => Assert.Contains("SUCCESS", await PromtoolAsync("check", "rules", Rules));

    [Fact]
    public async Task Alerts_FireWhenTheyShould()
    {
        var tests = Repository.File("ops/prometheus/alerts.test.yaml");

        Assert.Contains("SUCCESS", await PromtoolAsync("test", "rules", tests));
        Assert.Equal(Alerts, Tested().Matches(File.ReadAllText(tests)).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Alerts_HaveTheirPlaceInTheRunbook()
    {
        var page = File.ReadAllLines(Repository.File("docs/operations.md"));
        var links = Runbook().Matches(File.ReadAllText(Rules)).Select(match => match.Groups[1].Value);

        Assert.All(Alerts, alert => Assert.Contains($"### {alert}", page));
        Assert.Equal(Alerts.Select(alert => alert.ToLowerInvariant()), links);
    }

    [Fact]
    public async Task Dashboard_QueriesAreAccepted()
    {
        using var folder = new TempDirectory();
        var text = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        foreach (var (index, query) in Queries.Index())
            text.Append($"      - record: panel:{index}\n        expr: {JsonSerializer.Serialize(Fill(query))}\n");

        var answer = await PromtoolAsync("check", "rules", folder.Write("dashboard.yaml", text.ToString()));

        Assert.Contains($"SUCCESS: {Queries.Length} rules found", answer);
    }

    [Fact]
    public async Task Metrics_ThatAreAskedForExist()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            ScenarioConfig.Webhooks(("hook", receiver.Url)) + "retention: { events: 1h, interval: 1s }\n"
        );
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));
        await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Succeeded);
        using var http = new HttpClient { BaseAddress = server.Http };
        var asked = Queries
            .Append(File.ReadAllText(Rules))
            .SelectMany(text => Metric().Matches(text).Select(match => match.Value))
            .Distinct();

        // Instruments come into being where they are first used, and the last one is the first sweep's.
        await Eventually.PassesAsync(async () =>
        {
            var types = TypeLine().Matches(await http.GetStringAsync("metrics", ScenarioServer.Token));
            var names = types.SelectMany(match => Names(match.Groups[1].Value, match.Groups[2].Value)).ToHashSet();
            Assert.Empty(asked.Except(names));
        });
    }

    private static IEnumerable<string> Names(string name, string type) =>
        type == "histogram" ? [name + "_bucket", name + "_sum", name + "_count"] : [name];

    private static string Fill(string query) =>
        query.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$job", "transponder", StringComparison.Ordinal);

    private static async Task<string> PromtoolAsync(params IEnumerable<string> arguments)
    {
        if (Executable.Find("promtool") is not { } promtool)
        {
            Assert.Skip("promtool is not installed (Debian's package prometheus)");
            return "";
        }
        await using var tool = ChildProcess.Start(promtool, arguments);
        var status = await tool.ExitAsync();
        Assert.True(status == 0, tool.Output);
        return tool.Output;
    }

    [GeneratedRegex(@"^ +- alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"^  - name: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Tested();

    [GeneratedRegex(@"runbook: docs/operations\.md#(\w+)$", RegexOptions.Multiline)]
    private static partial Regex Runbook();

    [GeneratedRegex(@"transponder_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^# TYPE (\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
