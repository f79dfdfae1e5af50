using System.Globalization;
using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Protocol.CloudEvents;
using Transponder.V1;

namespace Transponder.Core.Egress.Formats;

/// <summary>Changes that Flyte has no event for, as CloudEvents of our own types: the data is the change's message as JSON, whatever Flyte's version.</summary>
internal sealed class ChangeFormat(EventFormatOptions options)
{
    private const string Source = "transponder";
    private const string Prefix = "dev.transponder.";

    /// <summary>The message for one change.</summary>
    public EgressRecord Record(LoggedEvent logged, JsonBody json)
    {
        var change = Parse(logged);
        var key = KeyOf(logged.Execution);
        var type = $"{Prefix}{Noun(logged.Kind)}.{((Change)logged.Phase).ToText().ToLowerInvariant()}";
        var told = new CloudEvent
        {
            Id = logged.Id.ToString(),
            Source = options.Source ?? Source,
            Type = type,
            Subject = Subject(change, key),
            Time = logged.OccurredAt,
            DataContentType = "application/json",
            DataSchema = $"urn:transponder:v1:{change.Descriptor.Name}",
            Extensions = [.. Extensions(logged, key)],
            Data = json.Of(change),
        };
        return new EgressRecord
        {
            Position = logged.Position,
            EventId = logged.Id,
            OrderingKey = key,
            PartitionKey = key,
            Subject = type,
            Event = told,
            Replayed = options.Replay,
        };
    }

    /// <summary>The change that an entry of the log tells of.</summary>
    public static IMessage Parse(LoggedEvent logged)
    {
        MessageParser parser = logged.Kind switch
        {
            EventKind.ExecutionCreated => ExecutionCreated.Parser,
            EventKind.ExecutionAborted => ExecutionAborted.Parser,
            EventKind.LaunchPlan => LaunchPlanChanged.Parser,
            EventKind.WorkflowRegistered => WorkflowRegistered.Parser,
            EventKind.Project => ProjectChanged.Parser,
            EventKind.Notification => NotificationEnded.Parser,
            _ => throw new ArgumentOutOfRangeException(nameof(logged), logged.Kind, null),
        };
        return parser.ParseFrom(logged.Request);
    }

    private IEnumerable<KeyValuePair<string, string>> Extensions(LoggedEvent logged, string key)
    {
        yield return new(ExtensionNames.PartitionKey, key);
        if (logged.Kind.HasSequence())
            yield return new(ExtensionNames.Sequence, logged.Sequence.ToString("D10", CultureInfo.InvariantCulture));
        if (logged.TraceParent is { } trace)
            yield return new(ExtensionNames.TraceParent, trace);
        if (options.Replay)
            yield return new(ExtensionNames.Replay, "true");
    }

    private static string Subject(IMessage change, string key) =>
        change switch
        {
            LaunchPlanChanged plan => $"{key}/{plan.LaunchPlan.Version}",
            WorkflowRegistered workflow => $"{key}/{workflow.Workflow.Version}",
            NotificationEnded notification => $"{key}/{notification.DeliveryId}",
            _ => key,
        };

    private static string KeyOf(ExecutionKey scope) => scope.Name.Length == 0 ? scope.Project : scope.ToString();

    private static string Noun(EventKind kind) =>
        kind switch
        {
            EventKind.ExecutionCreated or EventKind.ExecutionAborted => "execution",
            EventKind.LaunchPlan => "launchplan",
            EventKind.WorkflowRegistered => "workflow",
            EventKind.Project => "project",
            _ => "notification",
        };
}
