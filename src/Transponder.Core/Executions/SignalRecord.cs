using Flyteidl.Core;

namespace Transponder.Core.Executions;

/// <summary>The full name of a signal.</summary>
/// <param name="Execution">The execution that waits for it.</param>
/// <param name="SignalId">The signal's id, unique within it.</param>
public readonly record struct SignalKey(ExecutionKey Execution, string SignalId)
{
    /// <summary>Reads the key from Flyte's identifier.</summary>
    /// <param name="id">Execution and signal id.</param>
    public static SignalKey From(SignalIdentifier id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(ExecutionKey.From(id.ExecutionId), id.SignalId);
    }

    /// <summary>Flyte's identifier of the same signal.</summary>
    public SignalIdentifier ToIdentifier() => new() { ExecutionId = Execution.ToIdentifier(), SignalId = SignalId };

    /// <summary><c>project/domain/name/signal</c>, for people.</summary>
    public override string ToString() => $"{Execution}/{SignalId}";
}

/// <summary>A signal as stored.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Type">The serialised <c>flyteidl.core.LiteralType</c> of its value.</param>
/// <param name="Value">The serialised <c>flyteidl.core.Literal</c>; null until it is set.</param>
/// <param name="CreatedAt">When it was first asked for.</param>
/// <param name="UpdatedAt">When it last changed.</param>
public sealed record SignalRecord(SignalKey Key, byte[] Type, byte[]? Value, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
