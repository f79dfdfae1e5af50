using System.Text;
using Flyteidl.Admin;
using Flyteidl.Event;
using Google.Protobuf;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>
/// The same executions, of all shapes and ends, played on any server; and whether what a sink's consumer was told is their log: complete, in order
/// for each execution, under unique ids, and with the requests' own content.
/// </summary>
internal static class PlayedEvents
{
    private const string Flyte = "https://github.com/flyteorg/flyte/flyteadmin";

    /// <summary>What a sink's section says to have that form.</summary>
    public static string Setting(EventForm form) =>
        form switch
        {
            EventForm.V2 => ", cloudEventVersion: v2",
            EventForm.Flyte => ", compat: flyte",
            EventForm.Documented => ", compat: documented",
            EventForm.Raw => ", format: raw",
            _ => "",
        };

    /// <summary>A sink of the section <c>sinks</c>, in one line.</summary>
    public static string Sink(string name, string type, string settings, string topic, EventForm form = EventForm.V1, string mode = "") =>
        $"  {name}: {{ type: {type}, {type}: {{ {settings} }}, eventsPublisher: {{ topicName: '{topic}', eventTypes: all }}"
        + $"{Setting(form)}{(mode.Length > 0 ? $", mode: {mode}" : "")} }}\n";

    /// <summary>Plays, and answers the log.</summary>
    public static async Task<IReadOnlyList<V1.Event>> PlayAsync(ScenarioServer server, int executions = 20)
    {
        var options = $"--executions {executions} --seed 5 --shape mixed --failures 0.1 --aborts 0.15 --retries 0.1 --concurrency 32";
        await using var play = ServerProcess.Run(["play", .. options.Split(' '), "--server", $"{server.Grpc}", "-o", "json"]);
        Assert.True(await play.ExitAsync(TimeSpan.FromMinutes(5)) == 0, play.Output);
        return await SinkLog.ReadAsync(server);
    }

    /// <summary>Waits until every sink has confirmed everything.</summary>
    public static Task SentAsync(ScenarioServer server) =>
        Eventually.PassesAsync(async () =>
            Assert.All(
                (await server.Client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks,
                sink => Assert.Equal((sink.Name, 0, ""), (sink.Name, sink.Lag, sink.Error))
            )
        );

    /// <summary>How many messages tell that log.</summary>
    public static int Count(EventForm form, IReadOnlyList<V1.Event> log) =>
        log.Count + (form == EventForm.V2 ? log.Select(one => one.Execution).Distinct().Count() : 0);

    public static void AssertTold(EventForm form, IReadOnlyList<V1.Event> log, IReadOnlyList<Told> told)
    {
        Assert.Equal(Count(form, log), told.Count);
        var events = form == EventForm.V2 ? WithoutStarts(log, told) : told;
        var places = log.Select((one, i) => (Content: Content(form, one), i)).ToDictionary(one => one.Content, one => one.i);
        var order = events.Select(one => places[Content(form, one)]).ToList();
        foreach (var execution in log.Select((one, i) => (one.Execution, i)).GroupBy(one => one.Execution, one => one.i))
            Assert.Equal(execution, order.Where(place => log[place].Execution.Equals(execution.Key)));
        foreach (var (one, place) in events.Zip(order))
            AssertNamed(form, log[place], one);
        if (form is not (EventForm.Raw or EventForm.Flyte))
            Assert.Equal(told.Count, told.Select(one => (one["source"], one["id"])).Distinct().Count());
        Assert.Contains(log, one => one is { Kind: Event.Types.Kind.Task, RetryAttempt: > 0 });
        Assert.Contains(log, one => one is { Kind: Event.Types.Kind.Workflow, Phase: "ABORTED" });
    }

    // An execution's start is told before its first event.
    private static List<Told> WithoutStarts(IReadOnlyList<V1.Event> log, IReadOnlyList<Told> told)
    {
        var (rest, started) = (new List<Told>(), new HashSet<string>());
        foreach (var one in told)
        {
            var start = one["type"] == "com.flyte.resource.cloudevents.ExecutionStart";
            var name = start
                ? JsonParser.Default.Parse<CloudEventExecutionStart>(Encoding.UTF8.GetString(one.Data)).ExecutionId.Name
                : one["source"].Split('/')[0];
            Assert.Equal(start, started.Add(name));
            if (!start)
                rest.Add(one);
        }

        Assert.Equal(log.Select(one => one.Execution.Name).ToHashSet(), started);
        return rest;
    }

    private static void AssertNamed(EventForm form, V1.Event logged, Told one)
    {
        var key = $"{logged.Execution.Project}/{logged.Execution.Domain}/{logged.Execution.Name}";
        var request = $"flyteidl.admin.{logged.Kind}ExecutionEventRequest";
        switch (form)
        {
            case EventForm.V1:
                Assert.Equal((logged.Id, Flyte, $"com.flyte.resource.{request}"), (one["id"], one["source"], one["type"]));
                break;
            case EventForm.V2:
                Assert.Equal((logged.Id, $"com.flyte.resource.cloudevents.{logged.Kind}Execution"), (one["id"], one["type"]));
                request = $"cloudevents.{logged.Kind}Execution";
                break;
            case EventForm.Flyte:
                Assert.EndsWith($".{logged.Phase}", one["id"], StringComparison.Ordinal);
                Assert.Equal((Flyte, $"com.flyte.resource.{request}"), (one["source"], one["type"]));
                break;
            case EventForm.Documented:
                request = $"admin_event_pb2.{logged.Kind}ExecutionEventRequest";
                var type = $"com.flyte.resource.{logged.Kind.ToString().ToLowerInvariant()}";
                Assert.Equal((logged.Id, type, request), (one["id"], one["type"], one["subject"]));
                break;
        }

        if (one.Subject is not null)
            Assert.Equal(request, one.Subject);
        if (one.Key is not null)
            Assert.Equal(key, one.Key);
        if (form is EventForm.V1 or EventForm.V2)
            Assert.Equal($"{logged.Sequence}", one["sequence"].TrimStart('0'));
    }

    // Raw and documented have the request's very bytes; the others its content as JSON, which Google's own parser reads here.
    private static string Content(EventForm form, V1.Event logged) =>
        form switch
        {
            EventForm.Raw or EventForm.Documented => logged.Request.ToBase64(),
            EventForm.V2 => Request(logged) switch
            {
                WorkflowExecutionEventRequest workflow => workflow.Event.ToByteString().ToBase64(),
                NodeExecutionEventRequest node => node.Event.ToByteString().ToBase64(),
                var task => ((TaskExecutionEventRequest)task).Event.ToByteString().ToBase64(),
            },
            _ => Request(logged).ToByteString().ToBase64(),
        };

    private static string Content(EventForm form, Told told)
    {
        if (form == EventForm.Raw)
            return Convert.ToBase64String(told.Data);
        var text = Encoding.UTF8.GetString(told.Data);
        if (form == EventForm.Documented)
            return text;
        IMessage content = told["type"].Split('.')[^1] switch
        {
            "WorkflowExecutionEventRequest" => JsonParser.Default.Parse<WorkflowExecutionEventRequest>(text),
            "NodeExecutionEventRequest" => JsonParser.Default.Parse<NodeExecutionEventRequest>(text),
            "TaskExecutionEventRequest" => JsonParser.Default.Parse<TaskExecutionEventRequest>(text),
            "WorkflowExecution" => JsonParser.Default.Parse<CloudEventWorkflowExecution>(text).RawEvent,
            "NodeExecution" => JsonParser.Default.Parse<CloudEventNodeExecution>(text).RawEvent,
            "TaskExecution" => JsonParser.Default.Parse<CloudEventTaskExecution>(text).RawEvent,
            var type => throw new InvalidOperationException($"an event of the type {type}"),
        };
        return content.ToByteString().ToBase64();
    }

    private static IMessage Request(V1.Event logged) =>
        logged.Kind switch
        {
            Event.Types.Kind.Workflow => WorkflowExecutionEventRequest.Parser.ParseFrom(logged.Request),
            Event.Types.Kind.Node => NodeExecutionEventRequest.Parser.ParseFrom(logged.Request),
            _ => TaskExecutionEventRequest.Parser.ParseFrom(logged.Request),
        };
}
