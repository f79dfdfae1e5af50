using System.Globalization;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Chaos;

/// <summary>One store, one server that is killed again and again under load, and the account of what was lost.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private const int Workers = 32;
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private readonly StoreUnderTest store;
    private readonly Ledger ledger = new();
    private readonly Random random;
    private ServerProcess server = null!;
    private WebhookReceiver receiver = null!;
    private volatile TaskCompletionSource? killOnReceipt;

    private ChaosRun(StoreUnderTest store, int seed)
    {
        this.store = store;
        random = new Random(seed);
    }

    public Dictionary<KillKind, int> Kills { get; } =
        new()
        {
            [KillKind.BeforeCommit] = 0,
            [KillKind.CommittedUnsent] = 0,
            [KillKind.SentUnrecorded] = 0,
        };

    public static async Task<ChaosReport> RunAsync(string storeName, int kills, int seed)
    {
        await using var store = await StoreUnderTest.StartAsync(storeName);
        await using var run = new ChaosRun(store, seed);
        return await run.RunAsync(kills);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await receiver.DisposeAsync();
    }

    private async Task<ChaosReport> RunAsync(int kills)
    {
        // One that nobody else can take while the receiver is away.
        receiver = await WebhookReceiver.StartAsync(FreePort.Next());
        Listen();
        var port = receiver.Port;
        server = ServerProcess.Prepare(store, Workload.Yaml(receiver.Url) + "\ndelivery: { leaseDuration: 3s }\n");
        await server.StartAsync();
        using (var client = server.Connect())
            await Workload.RegisterAsync(client.Admin);

        using var stopping = new CancellationTokenSource();
        var producer = new Producer(server.Connect, ledger, store.Name);
        var load = producer.RunAsync(Workers, stopping.Token);
        // A kill that missed its moment shows nothing, and is made up for by another.
        var made = 0;
        for (; made < kills || (IsShort(kills) && made < 2 * kills); made++)
        {
            var kind = Kills.MinBy(entry => entry.Value).Key;
            await Task.Delay(TimeSpan.FromMilliseconds(200 + random.Next(400)));
            if (await KillAsync(kind, producer, port))
                Kills[kind]++;
            if (load.IsFaulted)
                break;
        }

        await stopping.CancelAsync();
        await load;
        await Eventually
            .TrueAsync(() => ledger.Waiting() == 0, "every notification", patience + patience)
            .ContinueWith(_ => { }, TaskScheduler.Default);
        await server.StopAsync();
        return await AccountAsync(made);
    }

    private bool IsShort(int kills) => kills >= 3 * ChaosReport.FewestOfAKind && Kills.Values.Min() < ChaosReport.FewestOfAKind;

    /// <summary>Kills at the moment of that kind; false when the moment was missed, so that nothing is shown by it.</summary>
    private async Task<bool> KillAsync(KillKind kind, Producer producer, int port)
    {
        switch (kind)
        {
            case KillKind.BeforeCommit:
                // Shown when an event that was under way is accepted as new afterwards: its transaction never committed.
                var before = ledger.ResentAsNew.Count;
                await Eventually.TrueAsync(() => producer.InFlight >= Workers / 2, "calls under way", patience);
                server.Kill();
                await server.RestartAsync();
                var acknowledged = ledger.Acknowledged.Count;
                await Eventually.TrueAsync(() => ledger.Acknowledged.Count > acknowledged + Workers, "the load to go on", patience);
                return ledger.ResentAsNew.Count > before;
            case KillKind.CommittedUnsent:
                await receiver.DisposeAsync();
                var ended = ledger.Ended.Count;
                await Eventually.TrueAsync(() => ledger.Ended.Count > ended + 3, "acknowledged ends that cannot be notified", patience);
                server.Kill();
                var unsent = ledger.Waiting();
                receiver = await WebhookReceiver.StartAsync(port);
                Listen();
                await server.RestartAsync();
                return unsent > 0;
            default:
                var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                killOnReceipt = received;
                await received.Task.WaitAsync(patience);
                await server.RestartAsync();
                return true;
        }
    }

    private void Listen() =>
        receiver.Answer = request =>
        {
            ledger.Receive(request.Json.GetProperty("execution").GetProperty("name").GetString()!, request.Header("webhook-id"));
            if (Interlocked.Exchange(ref killOnReceipt, null) is { } waiting)
            {
                server.Kill();
                waiting.SetResult();
            }

            return new ReceiverAnswer();
        };

    private async Task<ChaosReport> AccountAsync(int kills)
    {
        var logged = await LogReader.CountAsync(store);
        var lost = ledger.Acknowledged.Keys.Count(id => !logged.ContainsKey(id));
        return new ChaosReport
        {
            Store = store.Name,
            Kills = kills,
            Shown = Kills,
            Acknowledged = ledger.Acknowledged.Count,
            LostEvents = lost,
            RepeatedEvents = logged.Values.Sum(count => count - 1),
            ResentAsNew = ledger.ResentAsNew.Count,
            ResentAsKnown = ledger.ResentAsKnown.Count,
            Owed = ledger.Ended.Count,
            LostNotifications = ledger.LostNotifications(),
            RepeatedNotifications = ledger.RepeatedNotifications(),
            UnaskedNotifications = ledger.UnaskedNotifications(),
            OtherIds = ledger.OtherIds,
        };
    }
}

/// <summary>The account of a run.</summary>
internal sealed record ChaosReport
{
    /// <summary>How often each kind of kill must be shown for a run to count.</summary>
    public const int FewestOfAKind = 5;

    public required string Store { get; init; }

    public required int Kills { get; init; }

    /// <summary>How many kills hit each moment, as seen from outside.</summary>
    public required IReadOnlyDictionary<KillKind, int> Shown { get; init; }

    public required int Acknowledged { get; init; }

    public required int LostEvents { get; init; }

    public required int RepeatedEvents { get; init; }

    public required int ResentAsNew { get; init; }

    public required int ResentAsKnown { get; init; }

    public required int Owed { get; init; }

    public required int LostNotifications { get; init; }

    public required int RepeatedNotifications { get; init; }

    public required int UnaskedNotifications { get; init; }

    /// <summary>Repeated notifications under another id than the first.</summary>
    public required int OtherIds { get; init; }

    public bool IsClean => LostEvents == 0 && RepeatedEvents == 0 && LostNotifications == 0 && UnaskedNotifications == 0 && OtherIds == 0;

    public string Row() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {Store} | {Kills} ({Shown[KillKind.BeforeCommit]} / {Shown[KillKind.CommittedUnsent]} / {Shown[KillKind.SentUnrecorded]}) "
                + $"| {Acknowledged:#,0} | {LostEvents} | {RepeatedEvents} | {ResentAsNew} / {ResentAsKnown} "
                + $"| {Owed:#,0} | {LostNotifications} | {RepeatedNotifications} ({OtherIds}) | {UnaskedNotifications} |"
        );
}
