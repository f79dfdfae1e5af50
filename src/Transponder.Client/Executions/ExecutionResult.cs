using Flyteidl.Admin;
using Transponder.Client.Values;
using Kind = Flyteidl.Core.ExecutionError.Types.ErrorKind;

namespace Transponder.Client.Executions;

/// <summary>How an execution ended.</summary>
public sealed class ExecutionResult
{
    internal ExecutionResult(Execution execution, Outputs outputs, string? unread = null)
    {
        var closure = execution.Closure;
        Execution = execution;
        Phase = (ExecutionPhase)closure.Phase;
        (Outputs, OutputsProblem) = (outputs, unread);
        Error = closure.Error is { } error
            ? new ExecutionError(
                error.Code,
                error.Message,
                error.Kind == Kind.Unknown ? null : error.Kind == Kind.User,
                error.ErrorUri.Length == 0 ? null : error.ErrorUri
            )
            : null;
        AbortCause = closure.AbortMetadata?.Cause ?? (closure.HasAbortCause ? closure.AbortCause : null);
    }

    /// <summary>The phase that it ended in.</summary>
    public ExecutionPhase Phase { get; }

    /// <summary>True when it ended well.</summary>
    public bool Succeeded => Phase == ExecutionPhase.Succeeded;

    /// <summary>What it gave; empty unless it succeeded and the server could read them.</summary>
    public Outputs Outputs { get; }

    /// <summary>Why outputs of an execution that succeeded could not be had; null when they could.</summary>
    public string? OutputsProblem { get; }

    /// <summary>Where its outputs are kept; null = nowhere, or not told.</summary>
    public string? OutputsUri => Execution.Closure.Outputs is { Uri.Length: > 0 } outputs ? outputs.Uri : null;

    /// <summary>Why it failed; null when it did not.</summary>
    public ExecutionError? Error { get; }

    /// <summary>Why it was aborted; null when it was not.</summary>
    public string? AbortCause { get; }

    /// <summary>How long it ran; null when it never did.</summary>
    public TimeSpan? Duration => Execution.Closure.Duration?.ToTimeSpan();

    /// <summary>All that the server says of it.</summary>
    public Execution Execution { get; }
}
