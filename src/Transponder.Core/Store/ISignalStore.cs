using Transponder.Core.Executions;

namespace Transponder.Core.Store;

/// <summary>Signals that executions wait for.</summary>
public interface ISignalStore
{
    /// <summary>Stores a new signal without a value, or finds the one of that name as it is. Null when there is no such execution.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="type">The serialised <c>flyteidl.core.LiteralType</c> of a new signal.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<SignalRecord?> GetOrAddAsync(SignalKey key, byte[] type, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Sets a signal's value; false when there is no such signal.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">The serialised <c>flyteidl.core.Literal</c>.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Observed before the transaction begins.</param>
    Task<bool> SetAsync(SignalKey key, byte[] value, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>All signals of an execution, in order of creation.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<SignalRecord>> ListAsync(ExecutionKey execution, CancellationToken cancellationToken);
}
