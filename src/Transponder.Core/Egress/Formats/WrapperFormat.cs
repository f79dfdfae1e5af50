using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Formats;

/// <summary>
/// Flyte's version v2: the data is the event without its request, in a wrapper with what the store knows. What does not exist is left out; what
/// cannot be read now is waited for.
/// </summary>
internal sealed class WrapperFormat(EventFormatOptions options, IStore store) : IEventFormat
{
    private readonly Envelope envelope = new(options);
    private readonly ChangeFormat changes = new(options);
    private readonly GapMarker gap = new(options);
    private readonly Enrichment enrichment = new(store, options);

    public async ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var occurrences = events.Where(logged => !logged.Kind.IsChange()).Select(Occurrence.Of).ToArray();
        var known = await enrichment.LoadAsync(occurrences, cancellationToken).ConfigureAwait(false);

        var json = new JsonBody();
        var records = new List<EgressRecord>(events.Count);
        var next = 0;
        foreach (var logged in events)
        {
            if (logged.Kind.IsChange())
            {
                records.Add(changes.Record(logged, json));
                continue;
            }

            var occurrence = occurrences[next++];
            if (enrichment.IsStart(occurrence))
                records.Add(Start(occurrence, known, json));
            records.Add(Wrap(occurrence, known, json));
        }

        return records;
    }

    public EgressRecord? Gap(EgressRecord missing, string reason) => gap.For(missing, reason);

    private EgressRecord Wrap(Occurrence occurrence, Enriched known, JsonBody json)
    {
        var execution = occurrence.Logged.Execution.Name;
        return occurrence switch
        {
            { Workflow: { } workflow } => Close($"{execution}/end-node", Wrap(occurrence, workflow, known)),
            { Node: { } node } => Close($"{execution}/{node.Id?.NodeId}", Wrap(occurrence, node, known)),
            { Task: { } task } => Close(
                $"{execution}/{task.ParentNodeExecutionId?.NodeId}/{task.RetryAttempt}",
                Wrap(occurrence, task, known)
            ),
            _ => throw new InvalidOperationException($"event {occurrence.Logged.Id} is empty"),
        };

        EgressRecord Close(string source, IMessage wrapper) => this.Close(occurrence, occurrence.Names.Wrapper, source, json.Of(wrapper));
    }

    private CloudEventWorkflowExecution Wrap(Occurrence occurrence, WorkflowExecutionEvent told, Enriched known)
    {
        var wrapper = new CloudEventWorkflowExecution { RawEvent = told };
        if (enrichment.Wants(occurrence) && known.Facts(occurrence) is { } facts)
        {
            wrapper.OutputInterface = known.WorkflowInterface(facts.Workflow);
            wrapper.ArtifactIds.Add(facts.Metadata.ArtifactIds);
            wrapper.ReferenceExecution = facts.Metadata.ReferenceExecution;
            wrapper.Principal = facts.Metadata.Principal;
            wrapper.LaunchPlanId = facts.LaunchPlan;
            wrapper.Labels.Add(facts.LabelMap);
        }

        return wrapper;
    }

    private CloudEventNodeExecution Wrap(Occurrence occurrence, NodeExecutionEvent told, Enriched known)
    {
        var wrapper = new CloudEventNodeExecution { RawEvent = told };
        if (!enrichment.Wants(occurrence))
            return wrapper;
        if (known.LastAttempt(occurrence) is { } attempt)
        {
            wrapper.TaskExecId = attempt.ToIdentifier();
            wrapper.OutputInterface = known.TaskInterface(attempt.Task);
        }

        if (known.Facts(occurrence) is { } facts)
        {
            wrapper.ArtifactIds.Add(facts.Metadata.ArtifactIds);
            wrapper.Principal = facts.Metadata.Principal;
            wrapper.LaunchPlanId = facts.LaunchPlan;
            wrapper.Labels.Add(facts.LabelMap);
        }

        return wrapper;
    }

    private static CloudEventTaskExecution Wrap(Occurrence occurrence, TaskExecutionEvent told, Enriched known)
    {
        var wrapper = new CloudEventTaskExecution { RawEvent = told };
        if (known.Facts(occurrence) is { } facts)
            wrapper.Labels.Add(facts.LabelMap);
        return wrapper;
    }

    private EgressRecord Start(Occurrence occurrence, Enriched known, JsonBody json)
    {
        var start = new CloudEventExecutionStart { ExecutionId = occurrence.Logged.Execution.ToIdentifier() };
        if (known.Facts(occurrence) is { } facts)
        {
            start.LaunchPlanId = facts.LaunchPlan;
            start.WorkflowId = facts.Workflow.ToIdentifier(ResourceType.Workflow);
            start.ArtifactIds.Add(facts.Metadata.ArtifactIds);
            start.Principal = facts.Metadata.Principal;
        }

        return Close(occurrence, FlyteNames.Start, FlyteNames.Source, json.Of(start), "-start");
    }

    private EgressRecord Close(Occurrence occurrence, WrapperNames names, string source, byte[] data, string? idSuffix = null) =>
        envelope.Close(
            occurrence,
            new Content
            {
                Subject = names.Subject,
                Type = names.Type,
                Source = source,
                Schema = names.Schema,
                JsonSchemaUrl = "",
                Data = data,
                IdSuffix = idSuffix,
            }
        );
}
