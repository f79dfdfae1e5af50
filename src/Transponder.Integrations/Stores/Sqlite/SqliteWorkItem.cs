namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Something that waits for the writer. Whoever waits for it is told only after the commit.</summary>
internal abstract class SqliteWorkItem(CancellationToken cancellationToken)
{
    /// <summary>Set when the item failed while its neighbours in the transaction did not.</summary>
    public Exception? Failure { get; set; }

    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken => cancellationToken;

    public abstract void Run(SqliteDatabase database);

    /// <summary>Tells the waiting caller: failed, or done and durable.</summary>
    public abstract void Complete();
}

/// <inheritdoc />
internal sealed class SqliteWorkItem<T>(Func<SqliteDatabase, T> work, CancellationToken cancellationToken)
    : SqliteWorkItem(cancellationToken)
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Done => done.Task;

    public override void Run(SqliteDatabase database) => result = work(database);

    public override void Complete()
    {
        if (Failure is OperationCanceledException)
            done.TrySetCanceled(CancellationToken);
        else if (Failure is not null)
            done.TrySetException(Failure);
        else
            done.TrySetResult(result);
    }
}
