using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf.Collections;
using Transponder.Core.Executions;
using Outputs = Flyteidl.Event.TaskExecutionEvent.OutputResultOneofCase;
using TaskExecution = Flyteidl.Admin.TaskExecution;

namespace Transponder.Core.Ingestion;

/// <summary>What a task event changes on the task execution that clients read: logs, reasons and resources are merged, never dropped.</summary>
internal static class TaskUpdates
{
    /// <summary>The task execution before its first event.</summary>
    public static TaskExecution Create(TaskExecutionEvent occurrence) =>
        new()
        {
            Id = new TaskExecutionIdentifier
            {
                TaskId = occurrence.TaskId,
                NodeExecutionId = occurrence.ParentNodeExecutionId,
                RetryAttempt = occurrence.RetryAttempt,
            },
            Closure = new TaskExecutionClosure { CreatedAt = occurrence.OccurredAt },
        };

    public static void Apply(TaskExecution task, TaskExecutionEvent occurrence)
    {
        var closure = task.Closure;
        closure.Phase = occurrence.Phase;
        closure.UpdatedAt = occurrence.OccurredAt;
        closure.EventVersion = Math.Max(closure.EventVersion, occurrence.EventVersion);
        if (occurrence.Phase == TaskPhase.Running)
            closure.StartedAt ??= occurrence.OccurredAt;
        if (Ends(occurrence.Phase) && closure.StartedAt is { } started)
            closure.Duration = Spans.Between(started, occurrence.OccurredAt);

        if (occurrence.InputUri.Length > 0)
            task.InputUri = occurrence.InputUri;
        if (occurrence.TaskType.Length > 0)
            closure.TaskType = occurrence.TaskType;
        if (occurrence.LogContext is not null)
            closure.LogContext = occurrence.LogContext;
        if (occurrence.CustomInfo is { Fields.Count: > 0 } info)
            (closure.CustomInfo ??= new()).MergeFrom(info);
        MergeLogs(closure.Logs, occurrence.Logs);
        ApplyReasons(closure, occurrence);
        ApplyMetadata(closure, occurrence);
        ApplyResult(closure, occurrence);
    }

    private static bool Ends(TaskPhase phase) => phase.IsTerminal() || phase == TaskPhase.RetryableFailed;

    private static void MergeLogs(RepeatedField<TaskLog> logs, RepeatedField<TaskLog> news)
    {
        foreach (var log in news)
        {
            var known = logs.FirstOrDefault(other => other.Uri == log.Uri && other.Name == log.Name);
            if (known is null)
                logs.Add(log);
            else
                known.MergeFrom(log);
        }
    }

    private static void ApplyReasons(TaskExecutionClosure closure, TaskExecutionEvent occurrence)
    {
        foreach (var reason in occurrence.Reasons)
            Add(reason.Reason, reason.OccurredAt ?? occurrence.OccurredAt);
        if (occurrence.Reasons.Count == 0 && occurrence.Reason.Length > 0)
            Add(occurrence.Reason, occurrence.OccurredAt);

        void Add(string text, Google.Protobuf.WellKnownTypes.Timestamp at)
        {
            if (closure.Reason == text)
                return;
            closure.Reason = text;
            closure.Reasons.Add(new Reason { Message = text, OccurredAt = at });
        }
    }

    private static void ApplyMetadata(TaskExecutionClosure closure, TaskExecutionEvent occurrence)
    {
        if (occurrence.Metadata is not { } news)
            return;
        if (closure.Metadata is not { } known)
        {
            closure.Metadata = news;
            return;
        }

        foreach (var resource in news.ExternalResources)
        {
            var same = known.ExternalResources.FirstOrDefault(other =>
                other.Index == resource.Index && other.RetryAttempt == resource.RetryAttempt && other.ExternalId == resource.ExternalId
            );
            if (same is null)
                known.ExternalResources.Add(resource);
            else
                Merge(same, resource);
        }

        var rest = news.Clone();
        rest.ExternalResources.Clear();
        if (rest.ResourcePoolInfo.Count > 0)
            known.ResourcePoolInfo.Clear();
        known.MergeFrom(rest);
    }

    private static void Merge(ExternalResourceInfo known, ExternalResourceInfo news)
    {
        var logs = known.Logs.Clone();
        MergeLogs(logs, news.Logs);
        known.MergeFrom(news);
        known.Logs.Clear();
        known.Logs.AddRange(logs);
    }

    private static void ApplyResult(TaskExecutionClosure closure, TaskExecutionEvent occurrence)
    {
        switch (occurrence.OutputResultCase)
        {
            case Outputs.OutputUri:
                closure.OutputUri = occurrence.OutputUri;
                break;
            case Outputs.OutputData:
                closure.OutputData = occurrence.OutputData;
                break;
            case Outputs.Error:
                closure.Error = occurrence.Error;
                break;
        }
    }
}
