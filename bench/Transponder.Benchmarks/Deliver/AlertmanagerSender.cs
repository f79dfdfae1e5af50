using System.Globalization;
using System.Net.Http.Json;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Deliver;

/// <summary>Debian's Alertmanager with each alert in a group of its own and no wait: one webhook for each alert, kept in memory only.</summary>
internal sealed class AlertmanagerSender : Sender
{
    private const int PerCall = 500;

    private readonly TempDirectory folder;
    private readonly ChildProcess process;
    private readonly HttpClient http = new();
    private readonly Uri alerts;

    private AlertmanagerSender(TempDirectory folder, ChildProcess process, int port)
    {
        this.folder = folder;
        this.process = process;
        alerts = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/v2/alerts"));
    }

    public override string Name => "Alertmanager (in memory)";

    protected override int ProcessId => process.Id;

    public static async Task<AlertmanagerSender> StartAsync(string url)
    {
        var folder = new TempDirectory();
        var config = folder.Write(
            "alertmanager.yml",
            $$"""
            route: { receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1h, repeat_interval: 24h }
            receivers: [ { name: hook, webhook_configs: [ { url: '{{url}}', send_resolved: false } ] } ]
            """
        );
        var port = FreePort.Next();
        var process = ChildProcess.Start(
            Executable.Require("prometheus-alertmanager", "prometheus-alertmanager"),
            [
                $"--config.file={config}",
                $"--storage.path={folder.Path}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
                "--cluster.listen-address=",
                "--log.level=error",
            ]
        );
        var sender = new AlertmanagerSender(folder, process, port);
        await Eventually.TrueAsync(sender.IsReadyAsync, "Alertmanager");
        return sender;
    }

    public override async Task RequestAsync(string round, int count)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(PerCall))
        {
            var body = some.Select(i => new
            {
                labels = new Dictionary<string, string>
                {
                    ["alertname"] = "WorkflowFailed",
                    ["execution"] = string.Create(CultureInfo.InvariantCulture, $"{round}-{i}"),
                    ["project"] = Workload.Project,
                    ["domain"] = Workload.Domain,
                },
                annotations = new Dictionary<string, string>
                {
                    ["summary"] = "Execution has succeeded",
                    ["description"] = "It ran for a while.",
                },
            });
            using var answer = await http.PostAsJsonAsync(alerts, body);
            answer.EnsureSuccessStatusCode();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
        folder.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(alerts, "/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
