using Transponder.Core.Events;

namespace Transponder.Core.Egress.Lanes;

/// <summary>A message on its lane, until it is confirmed.</summary>
internal sealed class LaneEntry(EgressRecord record, LoggedEvent told)
{
    public EgressRecord Record { get; set; } = record;

    public long Position { get; } = told.Position;

    public long ExecutionId { get; } = told.ExecutionId;

    public DateTimeOffset ReceivedAt { get; } = told.ReceivedAt;

    public string? TraceParent { get; } = told.TraceParent;

    public int Size { get; } = record.Size;

    /// <summary>How often in a row the sink refused it for what it is.</summary>
    public int Rejections { get; set; }

    /// <summary>It stands where a quarantined message is missing.</summary>
    public bool IsGap { get; set; }

    /// <summary>The cursor may pass it.</summary>
    public bool Passed { get; set; }
}
