using System.Text;
using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Protocol.Json;

namespace Transponder.Core.Egress.Formats;

/// <summary>What an envelope says of its request: of the parsed one, or of its bytes, without parsing the rest.</summary>
/// <param name="NodeId">The node, of its own or of its task's event.</param>
/// <param name="RetryAttempt">The task's attempt.</param>
/// <param name="OccurredAt">When it happened; null when the event does not say.</param>
/// <param name="NanosBeyond">The nanoseconds by which it happened later.</param>
internal readonly record struct RequestFacts(string? NodeId, uint? RetryAttempt, DateTimeOffset? OccurredAt, int NanosBeyond)
{
    private const int NanosPerTick = 100;
    private const int NanosPerSecond = 1_000_000_000;
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;
    private const int NoField = -1;

    public static RequestFacts Of(IMessage request) =>
        request switch
        {
            WorkflowExecutionEventRequest { Event: { } told } => Of(null, null, told.OccurredAt),
            NodeExecutionEventRequest { Event: { } told } => Of(told.Id?.NodeId, null, told.OccurredAt),
            TaskExecutionEventRequest { Event: { } told } => Of(told.ParentNodeExecutionId?.NodeId, told.RetryAttempt, told.OccurredAt),
            _ => default,
        };

    /// <summary>Reads them from a request's bytes; false when only the parsed request tells.</summary>
    public static bool TryRead(EventKind kind, ReadOnlySpan<byte> request, out RequestFacts facts)
    {
        var (node, attempt, time) = kind switch
        {
            EventKind.Workflow => (NoField, NoField, WorkflowExecutionEvent.OccurredAtFieldNumber),
            EventKind.Node => (NodeExecutionEvent.IdFieldNumber, NoField, NodeExecutionEvent.OccurredAtFieldNumber),
            EventKind.Task => (
                TaskExecutionEvent.ParentNodeExecutionIdFieldNumber,
                TaskExecutionEvent.RetryAttemptFieldNumber,
                TaskExecutionEvent.OccurredAtFieldNumber
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        facts = default;
        if (!TryFind(request, WorkflowExecutionEventRequest.EventFieldNumber, out var told))
            return false;
        ReadOnlySpan<byte> moment = default;
        ReadOnlySpan<byte> id = default;
        var (moments, ids) = (0, 0);
        uint? retry = attempt == NoField ? null : 0;
        var scan = new WireScan(told);
        while (scan.Next())
        {
            if (scan.Number == time && scan.IsDelimited)
            {
                moment = scan.Content;
                moments++;
            }
            else if (scan.Number == node && scan.IsDelimited)
            {
                id = scan.Content;
                ids++;
            }
            else if (scan.Number == attempt && scan.IsVarint)
                retry = (uint)scan.Value;
        }
        if (scan.IsBroken || moments != 1 || ids > 1)
            return false;
        var (seconds, nanos) = WireJson.ReadTime(moment);
        if (seconds is < MinSeconds or > MaxSeconds || nanos is < 0 or >= NanosPerSecond)
            return false;
        var at = DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddTicks(nanos / NanosPerTick);
        if (node == NoField)
        {
            facts = new(null, null, at, nanos % NanosPerTick);
            return true;
        }
        if (!TryFind(id, NodeExecutionIdentifier.NodeIdFieldNumber, out var name))
            return false;
        facts = new(Encoding.UTF8.GetString(name), retry, at, nanos % NanosPerTick);
        return true;
    }

    private static RequestFacts Of(string? node, uint? attempt, Timestamp? time) =>
        new(node, attempt, time?.ToDateTimeOffset(), (time?.Nanos ?? 0) % NanosPerTick);

    /// <summary>The field with this number, which must be there once.</summary>
    private static bool TryFind(ReadOnlySpan<byte> message, int number, out ReadOnlySpan<byte> content)
    {
        content = default;
        var count = 0;
        var scan = new WireScan(message);
        while (scan.Next())
        {
            if (scan.Number != number || !scan.IsDelimited)
                continue;
            content = scan.Content;
            count++;
        }
        return count == 1 && !scan.IsBroken;
    }
}
