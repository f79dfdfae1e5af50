using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

/// <summary>What every store keeps to. A store's tests inherit it and say how to open one that is empty at first.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The opened and migrated store.</summary>
    protected IStore Store { get; private set; } = null!;

    /// <summary>Opens a store on the data of this test: empty at first, the same each time.</summary>
    protected abstract Task<IStore> OpenAsync();

    public async ValueTask InitializeAsync()
    {
        Store = await OpenAsync();
        await Store.MigrateAsync(Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the store and opens it again.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    [Fact]
    public async Task Migrate_ASecondTime_AppliesNothing()
    {
        Assert.Empty(await Store.MigrateAsync(Token));
        await Store.CheckAsync(Token);
        await ReopenAsync();
        Assert.Empty(await Store.MigrateAsync(Token));
    }

    [Fact]
    public async Task Check_BeforeMigration_Fails()
    {
        await ResetToUnmigratedAsync();

        var failure = await Assert.ThrowsAsync<StoreException>(() => Store.CheckAsync(Token));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.NotEmpty(await Store.MigrateAsync(Token));
        await Store.CheckAsync(Token);
    }

    /// <summary>Replaces <see cref="Store"/> by one on empty data whose migrations have not been applied.</summary>
    protected abstract Task<IStore> OpenEmptyAsync();

    /// <summary>Runs one statement beside the store.</summary>
    protected abstract Task ExecuteAsync(string sql);

    /// <summary>Stores an execution and answers its name.</summary>
    protected async Task<ExecutionKey> CreateAsync(NewExecution? execution = null)
    {
        execution ??= StoreSamples.Execution();
        Assert.True(await Store.Executions.CreateAsync(execution, Token));
        return execution.Key;
    }

    /// <summary>Commits one event of an execution.</summary>
    protected async Task<EventRecord> AppendAsync(ExecutionKey key, EventKind kind = EventKind.Node)
    {
        EventRecord? written = null;
        await ChangeAsync(key, (row, changes) => changes.Events.Add(written = StoreSamples.Event(row, kind)));
        return written!;
    }

    /// <summary>Commits deliveries that one workflow event causes, and answers the event.</summary>
    protected async Task<EventRecord> DeliverAsync(ExecutionKey key, params Func<EventRecord, NewDelivery>[] deliveries)
    {
        EventRecord? cause = null;
        await ChangeAsync(
            key,
            (row, changes) =>
            {
                cause = StoreSamples.Event(row, EventKind.Workflow, (int)WorkflowPhase.Failed);
                changes.Events.Add(cause);
                changes.Deliveries.AddRange(deliveries.Select(make => make(cause)));
            }
        );
        return cause!;
    }

    /// <summary>Commits a change of one execution, loaded whole.</summary>
    protected Task ChangeAsync(ExecutionKey key, Action<ExecutionRow, BatchChanges> change)
    {
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        keys.WithClosure.Add(key);
        return Store.Events.CommitAsync(
            keys,
            state =>
            {
                var changes = new BatchChanges();
                var row = state.Executions[key];
                changes.Executions.Add(row);
                change(row, changes);
                row.IsClosureChanged = true;
                return changes;
            },
            Token
        );
    }

    private async Task ResetToUnmigratedAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenEmptyAsync();
    }
}
