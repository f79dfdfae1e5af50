namespace Transponder.Benchmarks.Chaos;

/// <summary>The moments at which a kill hurts in different ways.</summary>
internal enum KillKind
{
    /// <summary>Events were received, and their transaction never committed: nothing of them may be there.</summary>
    BeforeCommit,

    /// <summary>Terminal events were acknowledged, and their notifications not sent yet.</summary>
    CommittedUnsent,

    /// <summary>A notification was received, and its answer never recorded: it arrives twice.</summary>
    SentUnrecorded,
}
