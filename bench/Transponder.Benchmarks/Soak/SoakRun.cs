using System.Diagnostics;
using Transponder.Benchmarks.History;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Soak;

/// <summary>
/// One server under steady load: first with a healthy webhook alone, then with a webhook that refuses connections, a slow mail server and a Slack that
/// answers 429 beside it, notified by every execution.
/// </summary>
internal sealed class SoakRun : IAsyncDisposable
{
    private const string Calm = "soak.calm";
    private const string Troubled = "soak.troubled";
    private const int Connections = 2;
    private const int AtOnceInPeak = 256;
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private readonly StoreUnderTest store;
    private readonly SoakReceiver receiver;
    private readonly SmtpSink mail;
    private readonly ServerProcess server;
    private readonly TransponderClient[] clients;
    private readonly SteadyLoad load;
    private int calmExecutions;

    private SoakRun(StoreUnderTest store, SoakReceiver receiver, SmtpSink mail)
    {
        (this.store, this.receiver, this.mail) = (store, receiver, mail);
        var token = Path.Combine(store.Directory, "slack-token");
        File.WriteAllText(token, "xoxb-soak");
        server = ServerProcess.Prepare(
            store,
            $$"""
            projects: [ {{Workload.Project}} ]
            notifications:
              type: embedded
              emailer:
                sender: flyte@example.com
                emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1, smtpPort: {{mail.Port}}, smtpTls: none }
            channels:
              {{Workload.Channel}}: { type: webhook, url: {{receiver.HookUrl}} }
              dead: { type: webhook, url: 'http://127.0.0.1:{{FreePort.Next()}}/dead' }
              ml-slack: { type: slack, botToken: { file: {{token}} }, apiUrl: {{receiver.SlackUrl}} }
            outbound: { allow: [ 127.0.0.0/8 ] }
            """
        );
        clients =
        [
            .. Enumerable
                .Range(0, Connections)
                .Select(_ => new TransponderClient(server.Grpc, new GrpcChannelOptions { DefaultTimeout = TimeSpan.FromSeconds(60) })),
        ];
        load = new SteadyLoad(clients, receiver);
    }

    /// <summary>Events per second that the run was asked for, or found.</summary>
    public double Rate { get; private set; }

    /// <summary>The last minute before the troublemakers, as one sample.</summary>
    public SoakSample Before { get; private set; } = null!;

    /// <summary>Every ten seconds, while they were there.</summary>
    public List<SoakSample> Samples { get; } = [];

    /// <summary>What is in the store at the end: how many deliveries of each channel are in each state.</summary>
    public Dictionary<(string Channel, int State), long> Ledger { get; } = [];

    public int Owed => receiver.Ended;

    public int Lost { get; private set; }

    public int Repeated => receiver.Repeated;

    public int Failed => load.Failed;

    public string? FirstFailure => load.FirstFailure;

    /// <summary>Executions that notified each of the four.</summary>
    public int Troubles => receiver.Ended - calmExecutions;

    public static async Task<SoakRun> StartAsync(string store)
    {
        // Two seconds for each message on each of its connections.
        var run = new SoakRun(
            await StoreUnderTest.StartAsync(store),
            await SoakReceiver.StartAsync(),
            await SmtpSink.StartAsync("-w", "2")
        );
        await run.server.StartAsync();
        return run;
    }

    public async Task RunAsync(double rate, TimeSpan calm, TimeSpan trouble, TimeSpan interval)
    {
        var admin = clients[0].Admin;
        await Workload.RegisterWorkflowAsync(admin);
        await Workload.RegisterPlanAsync(admin, Calm, Workload.Channel);
        await Workload.RegisterPlanAsync(admin, Troubled, Workload.Channel, "dead", "ml-slack:#alerts", "team@example.com");

        var peak = await load.PeakAsync("peak", Calm, TimeSpan.FromSeconds(Math.Min(20, calm.TotalSeconds)), AtOnceInPeak);
        Rate = rate > 0 ? rate : peak / 2;
        await Console.Error.WriteLineAsync($"peak {peak:0} events/s, going on with {Rate:0}");
        await NotifiedAsync();

        _ = receiver.TakeLatencies();
        var clock = Stopwatch.StartNew();
        var sent = load.Events;
        await load.RunAsync("calm", Calm, Rate, calm);
        await NotifiedAsync();
        Before = await SampleAsync(TimeSpan.FromSeconds(-1), load.Events - sent, clock.Elapsed);
        await Console.Error.WriteLineAsync(Before.Row());

        calmExecutions = receiver.Ended;
        var running = load.RunAsync("trouble", Troubled, Rate, trouble);
        var began = Stopwatch.GetTimestamp();
        sent = load.Events;
        clock.Restart();
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(interval));
            var now = load.Events;
            if (clock.Elapsed < interval / 2)
                break;
            Samples.Add(await SampleAsync(Stopwatch.GetElapsedTime(began), now - sent, clock.Elapsed));
            clock.Restart();
            sent = now;
            await Console.Error.WriteLineAsync(Samples[^1].Row());
        }

        await running;
        await NotifiedAsync();
        Lost = receiver.Waiting;
        await server.StopAsync();
        using var sql = store.OpenSql();
        foreach (var row in sql.Rows("SELECT channel, state, count(*) FROM deliveries GROUP BY channel, state"))
            Ledger[(row[0], int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture))] = long.Parse(
                row[2],
                System.Globalization.CultureInfo.InvariantCulture
            );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            client.Dispose();
        await server.DisposeAsync();
        await mail.DisposeAsync();
        await receiver.DisposeAsync();
        await store.DisposeAsync();
    }

    private async Task<SoakSample> SampleAsync(TimeSpan at, long events, TimeSpan time)
    {
        var metrics = await ServerMetrics.ReadAsync(server);
        return new SoakSample(
            at,
            events / time.TotalSeconds,
            metrics.Resident,
            metrics.Heap,
            metrics.Sum("transponder_delivery_backlog"),
            receiver.TakeLatencies()
        );
    }

    // What is missing after that is counted as lost.
    private async Task NotifiedAsync()
    {
        var clock = Stopwatch.StartNew();
        while (receiver.Waiting > 0 && clock.Elapsed < patience)
            await Task.Delay(50);
    }
}
