using System.Security.Cryptography;
using System.Text;
using Flyteidl.Admin;
using Transponder.Core.Events;

namespace Transponder.Benchmarks.Egress;

/// <summary>Counts the events whose subject was in the same phase before: those that ids made of subject and phase would drop.</summary>
internal sealed class PhaseIds
{
    private readonly HashSet<Guid> seen = [];

    public long Repeated { get; private set; }

    /// <summary>Passes the log on.</summary>
    public async IAsyncEnumerable<LoggedEvent> CountAsync(IAsyncEnumerable<LoggedEvent> log)
    {
        await foreach (var entry in log)
        {
            var text = $"{entry.Kind}/{entry.Execution}/{Subject(entry)}/{entry.Phase}";
            if (!seen.Add(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))))
                Repeated++;
            yield return entry;
        }
    }

    private static string Subject(LoggedEvent entry)
    {
        switch (entry.Kind)
        {
            case EventKind.Node:
                return NodeExecutionEventRequest.Parser.ParseFrom(entry.Request).Event.Id.NodeId;
            case EventKind.Task:
                var report = TaskExecutionEventRequest.Parser.ParseFrom(entry.Request).Event;
                return $"{report.ParentNodeExecutionId.NodeId}/{report.TaskId.Name}/{report.RetryAttempt}";
            default:
                return "";
        }
    }
}
