using Transponder.Core.Store;

namespace Transponder.Core.Delivery;

/// <summary>
/// Delivers what the store holds: leases destinations, and runs one worker for each, until it is stopped. Several processes share the
/// destinations of one store; each destination has one owner at a time.
/// </summary>
public sealed class DeliveryEngine : IAsyncDisposable
{
    private static readonly TimeSpan LongestLeaseRest = TimeSpan.FromSeconds(5);

    private DeliveryEnvironment environment;
    private MessageRenderer renderer;
    private readonly Lock gate = new();
    private readonly Dictionary<string, DestinationWorker> workers = new(StringComparer.Ordinal);
    private readonly List<Task> ending = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly WakeSignal wake;
    private Task running = Task.CompletedTask;
    private DateTimeOffset measureAt;
    private long leasedAt;
    private volatile bool leaseNow = true;
    private int generation;
    private bool stopped;
    private volatile bool reset;

    /// <summary>Makes an engine; <see cref="Start"/> sets it to work.</summary>
    /// <param name="environment">What it works with.</param>
    public DeliveryEngine(DeliveryEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        this.environment = environment;
        renderer = new MessageRenderer(new ExecutionInfoFactory(environment.Options.ConsoleUrl));
        wake = new WakeSignal(environment.Time);
    }

    private DeliveryOptions Options => environment.Options;

    private string Owner => generation == 0 ? Options.Owner : $"{Options.Owner}#{generation}";

    /// <summary>Begins to deliver.</summary>
    public void Start()
    {
        environment.Metrics.Observe(Breakers);
        environment.Signal.Listen(OnWake, OnResume, WorkerOf);
        running = Task.Run(RunAsync);
    }

    /// <summary>
    /// Goes on with other channels and options: every worker stops claiming, and the next round of leasing sets new ones in their places. Ends when
    /// the attempts under way on the former channels have ended, so that those can be closed.
    /// </summary>
    /// <param name="channels">The channels from now on.</param>
    /// <param name="options">The options from now on; the owner stays who it is.</param>
    public async Task ReloadAsync(ChannelSet channels, DeliveryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Task[] former;
        lock (gate)
        {
            if (stopped)
                return;
            environment = environment with { Channels = channels, Options = options with { Owner = Options.Owner } };
            renderer = new MessageRenderer(new ExecutionInfoFactory(options.ConsoleUrl));
            ending.AddRange(workers.Values.Select(worker => worker.StopAsync(Options.StopGrace)));
            workers.Clear();
            former = [.. ending];
            leaseNow = true;
            wake.Set();
        }
        await Task.WhenAll(former).ConfigureAwait(false);
    }

    /// <summary>Stops claiming, lets the messages under way finish within the grace, records them and gives the leases back.</summary>
    public async Task StopAsync()
    {
        if (stopped)
            return;
        stopped = true;
        environment.Signal.Listen(null, null, null);
        lock (gate)
        {
            foreach (var worker in workers.Values)
                worker.StopClaiming();
        }
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await StopWorkersAsync().ConfigureAwait(false);
        await TryReleaseAsync().ConfigureAwait(false);
        wake.Dispose();
        stopping.Dispose();
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task RunAsync()
    {
        var backoff = new Backoff();
        while (!stopping.IsCancellationRequested)
        {
            var rest = await RoundAsync(backoff).ConfigureAwait(false);
            try
            {
                await wake.WaitAsync(rest, stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
        }
    }

    /// <summary>One round of leasing; answers how long to rest.</summary>
    private async Task<TimeSpan> RoundAsync(Backoff backoff)
    {
        try
        {
            if (reset)
                await ResetAsync().ConfigureAwait(false);
            var found = await environment.Store.FindWorkAsync(Owner, environment.Time.GetUtcNow(), stopping.Token).ConfigureAwait(false);
            var untended = Tend(found);
            await DropIdleAsync().ConfigureAwait(false);
            if (untended || leaseNow || environment.Time.GetElapsedTime(leasedAt) >= LeaseRest)
                await LeaseAsync().ConfigureAwait(false);
            await MeasureAsync().ConfigureAwait(false);
            backoff.Reset();
            return Options.PollInterval < LeaseRest ? Options.PollInterval : LeaseRest;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (StoreException error)
        {
            var wait = backoff.Next();
            DeliveryLog.StoreFailed(environment.Log, "leased destinations", error.Message, wait);
            return wait;
        }
        catch (Exception error)
        {
            var wait = backoff.Next();
            DeliveryLog.Unexpected(environment.Log, error, "leasing", "*", wait);
            return wait;
        }
    }

    /// <summary>Tells the workers what waits for them; true when something waits that has no worker here.</summary>
    private bool Tend(IReadOnlyList<DestinationWork> found)
    {
        var untended = false;
        lock (gate)
        {
            foreach (var work in found)
            {
                if (work.Mine && workers.TryGetValue(work.Destination, out var worker))
                    worker.HasWork();
                else
                    untended = true;
            }
        }
        return untended;
    }

    private async Task LeaseAsync()
    {
        leaseNow = false;
        var began = environment.Time.GetTimestamp();
        Apply(await environment.Store.LeaseAsync(Owner, Options.LeaseDuration, stopping.Token).ConfigureAwait(false), began);
        leasedAt = began;
    }

    /// <summary>Lets go of the destinations that have had nothing to send for a while.</summary>
    private async Task DropIdleAsync()
    {
        DestinationWorker[] idle;
        lock (gate)
        {
            idle = [.. workers.Values.Where(worker => worker.IsIdle(Options.IdleAfter))];
            foreach (var worker in idle)
                workers.Remove(worker.Lease.Destination);
        }
        if (idle.Length == 0)
            return;
        await Task.WhenAll(idle.Select(worker => worker.StopAsync(Options.StopGrace))).ConfigureAwait(false);
        // What was stored while they stopped is found by leasing anew.
        leaseNow = true;
        await environment.Store.GiveBackAsync([.. idle.Select(worker => worker.Lease)], stopping.Token).ConfigureAwait(false);
    }

    private void Apply(IReadOnlyList<DestinationLease> leases, long began)
    {
        lock (gate)
        {
            var held = leases.ToDictionary(lease => lease.Destination, StringComparer.Ordinal);
            foreach (var (destination, worker) in workers.ToArray())
            {
                if (held.TryGetValue(destination, out var lease) && lease.Fence == worker.Lease.Fence)
                    worker.Renew(lease, began);
                else
                    Drop(destination, worker);
            }
            foreach (var lease in leases)
            {
                if (!workers.ContainsKey(lease.Destination))
                    workers[lease.Destination] = new DestinationWorker(environment, renderer, lease, began, OnClaimUnknown);
            }
            ending.RemoveAll(task => task.IsCompleted);
        }
    }

    private void Drop(string destination, DestinationWorker worker)
    {
        worker.Lose();
        workers.Remove(destination);
        ending.Add(worker.StopAsync(Options.StopGrace));
    }

    /// <summary>Gives every lease back and goes on under another name, so that what is claimed without our knowing becomes due again.</summary>
    private async Task ResetAsync()
    {
        reset = false;
        leaseNow = true;
        DeliveryLog.ClaimUnknown(environment.Log);
        await StopWorkersAsync().ConfigureAwait(false);
        await TryReleaseAsync().ConfigureAwait(false);
        generation++;
    }

    private async Task StopWorkersAsync()
    {
        Task[] all;
        lock (gate)
        {
            all = [.. ending, .. workers.Values.Select(worker => worker.StopAsync(Options.StopGrace))];
            workers.Clear();
            ending.Clear();
        }
        await Task.WhenAll(all).ConfigureAwait(false);
    }

    private async Task TryReleaseAsync()
    {
        try
        {
            await environment.Store.ReleaseAsync(Owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            DeliveryLog.StoreFailed(environment.Log, "gave its leases back", error.Message, Options.LeaseDuration);
        }
    }

    private async Task MeasureAsync()
    {
        var now = environment.Time.GetUtcNow();
        if (now < measureAt)
            return;
        measureAt = now + Options.BacklogInterval;
        environment.Metrics.Measured(await environment.Store.BacklogAsync(stopping.Token).ConfigureAwait(false), now);
    }

    private void OnWake(string destination)
    {
        if (WorkerOf(destination) is { } worker)
            worker.Wake();
        else
            wake.Set();
    }

    private DestinationWorker? WorkerOf(string destination)
    {
        lock (gate)
            return workers.GetValueOrDefault(destination);
    }

    private void OnResume()
    {
        leaseNow = true;
        wake.Set();
    }

    private void OnClaimUnknown()
    {
        reset = true;
        wake.Set();
    }

    private IEnumerable<(string Channel, BreakerState State)> Breakers()
    {
        lock (gate)
            return [.. workers.Values.Select(worker => (worker.Lease.Channel, worker.Breaker))];
    }

    private TimeSpan LeaseRest => Options.LeaseDuration / 3 < LongestLeaseRest ? Options.LeaseDuration / 3 : LongestLeaseRest;
}
