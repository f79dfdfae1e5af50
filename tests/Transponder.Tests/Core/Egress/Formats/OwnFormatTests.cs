using System.Text;
using System.Text.Json;
using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol.CloudEvents;
using Transponder.Protocol.Json;
using Transponder.Tests.Core.Catalog;
using Xunit;
using static Transponder.Tests.Core.Egress.Formats.EgressSamples;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Egress.Formats;

/// <summary>Events in our own envelope, v1 and v2.</summary>
public sealed class OwnFormatTests
{
    private static readonly ExecutionKey Key = new(CatalogFixture.Project, CatalogFixture.Domain, "e1");

    [Fact]
    public async Task V1_FailedExecution_SaysWhereItBelongs()
    {
        await using var fixture = await CatalogFixture.CreateAsync();

        var record = Assert.Single(await FormatAsync(fixture, new(), Failed with { TraceParent = TraceParent }));

        Assert.Equal(
            $$"""
            {"specversion":"1.0","id":"{{Failed.Id}}","source":"https://github.com/flyteorg/flyte/flyteadmin","type":"com.flyte.resource.flyteidl.admin.WorkflowExecutionEventRequest","subject":"flytesnacks/development/e124","time":"2024-01-02T03:04:05.6Z","datacontenttype":"application/json","dataschema":"https://github.com/flyteorg/flyte/blob/v1.16.5/flyteidl/protos/flyteidl/admin/event.proto#WorkflowExecutionEventRequest","partitionkey":"flytesnacks/development/e124","sequence":"0000000007","jsonschemaurl":"https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json","traceparent":"{{TraceParent}}","data":{{FailedJson}}}
            """,
            Text(record)
        );
        Assert.Equal(
            ("flytesnacks/development/e124", "flytesnacks/development/e124", "flyteidl.admin.WorkflowExecutionEventRequest", false),
            (record.OrderingKey, record.PartitionKey, record.Subject, record.Replayed)
        );
    }

    [Fact]
    public async Task V1_Subjects_NameTheNodeAndTheAttempt()
    {
        await using var fixture = await CatalogFixture.CreateAsync();

        var records = await FormatAsync(
            fixture,
            new(),
            EgressSamples.Node(Key, NodePhase.Running, node: "dn0"),
            TaskOf(Key, TaskPhase.Running, attempt: 2)
        );

        Assert.Equal(
            ["flytesnacks/development/e1/dn0", "flytesnacks/development/e1/n0/2"],
            records.Select(record => record.Event!.Subject)
        );
    }

    [Theory]
    [InlineData(EventCompatibility.None, true)]
    [InlineData(EventCompatibility.Flyte, false)]
    [InlineData(EventCompatibility.Documented, false)]
    public async Task Replay_IsMarkedInOurFormOnly_WithTheSameId(EventCompatibility compatibility, bool marked)
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var options = new EventFormatOptions { Compatibility = compatibility };

        var first = Assert.Single(await FormatAsync(fixture, options, Failed));
        var again = Assert.Single(await FormatAsync(fixture, options with { Replay = true }, Failed));

        Assert.Equal(marked, again.Event!.Extensions.Contains(new("replay", "true")));
        Assert.True(again.Replayed);
        Assert.Equal((first.Event!.Id, first.Event.Source), (again.Event.Id, again.Event.Source));
    }

    [Theory]
    [InlineData(CloudEventSet.V1, EventCompatibility.None)]
    [InlineData(CloudEventSet.V2, EventCompatibility.None)]
    [InlineData(CloudEventSet.V1, EventCompatibility.Flyte)]
    [InlineData(CloudEventSet.V1, EventCompatibility.Documented)]
    public async Task Source_OfTheConfig_ReplacesFlytes(CloudEventSet version, EventCompatibility compatibility)
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var options = new EventFormatOptions
        {
            Version = version,
            Compatibility = compatibility,
            Source = "https://flyte.example.com",
        };

        Assert.Equal("https://flyte.example.com", Assert.Single(await FormatAsync(fixture, options, Failed)).Event!.Source);
    }

    [Fact]
    public async Task Gap_SaysWhatIsMissingAndWhy_AtItsPlace()
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var format = EventFormats.Create(new(), fixture.Store);
        var missing = Assert.Single(await format.FormatAsync([Failed], CatalogFixture.Token));

        var gap = format.Gap(missing, "larger than 1 MB")!;

        Assert.Equal((missing.OrderingKey, missing.PartitionKey, missing.Position), (gap.OrderingKey, gap.PartitionKey, gap.Position));
        Assert.Equal(($"{Failed.Id}-gap", "dev.transponder.egress.gap"), (gap.Event!.Id, gap.Event.Type));
        Assert.Contains(new("sequence", "0000000007"), gap.Event.Extensions);
        var data = JsonElement.Parse(gap.Event.Data.Span);
        Assert.Equal(Failed.Id.ToString(), data.GetProperty("id").GetString());
        Assert.Equal("0000000007", data.GetProperty("sequence").GetString());
        Assert.Equal(Failed.Position, data.GetProperty("position").GetInt64());
        Assert.Equal("larger than 1 MB", data.GetProperty("reason").GetString());
        Assert.Null(EventFormats.Create(new() { Compatibility = EventCompatibility.Flyte }, fixture.Store).Gap(missing, ""));
    }

    [Fact]
    public async Task V2_WholeRun_IsEnrichedFromTheStore()
    {
        await using var fixture = await RunAsync();

        var records = await FormatAsync(
            fixture,
            new() { Version = CloudEventSet.V2 },
            EgressSamples.Workflow(Key, WorkflowPhase.Running, 1),
            EgressSamples.Node(Key, NodePhase.Succeeded, 2, "start-node"),
            TaskOf(Key, TaskPhase.Running, 3),
            EgressSamples.Node(Key, NodePhase.Running, 4),
            EgressSamples.Node(Key, NodePhase.Succeeded, 5),
            EgressSamples.Workflow(Key, WorkflowPhase.Succeeded, 6)
        );

        Assert.Equal(
            [
                "ExecutionStart",
                "WorkflowExecution",
                "NodeExecution",
                "TaskExecution",
                "NodeExecution",
                "NodeExecution",
                "WorkflowExecution",
            ],
            records.Select(record => record.Event!.Type["com.flyte.resource.cloudevents.".Length..])
        );
        var start = Read<CloudEventExecutionStart>(records[0]);
        Assert.Equal(("e1", "lp", "wf", "ada"), (start.ExecutionId.Name, start.LaunchPlanId.Name, start.WorkflowId.Name, start.Principal));
        Assert.Equal("raw", Filled(Read<CloudEventWorkflowExecution>(records[1])));
        Assert.Equal("raw", Filled(Read<CloudEventNodeExecution>(records[2])));
        Assert.Equal("ml", Read<CloudEventTaskExecution>(records[3]).Labels["team"]);
        Assert.Equal("raw", Filled(Read<CloudEventNodeExecution>(records[4])));
        var node = Read<CloudEventNodeExecution>(records[5]);
        Assert.Equal((1u, "t", "ada"), (node.TaskExecId.RetryAttempt, node.TaskExecId.TaskId.Name, node.Principal));
        Assert.Equal(["y"], node.OutputInterface.Outputs.Variables.Keys);
        Assert.Equal(("lp", "ml"), (node.LaunchPlanId.Name, node.Labels["team"]));
        var ended = Read<CloudEventWorkflowExecution>(records[6]);
        Assert.Equal(("lp", "ml", "ada"), (ended.LaunchPlanId.Name, ended.Labels["team"], ended.Principal));
        Assert.Equal(["x"], ended.OutputInterface.Inputs.Variables.Keys);
        Assert.Equal(WorkflowPhase.Succeeded, ended.RawEvent.Phase);
    }

    [Fact]
    public async Task V2_EnrichAll_EnrichesWorkflowEventsOfEveryPhase()
    {
        await using var fixture = await RunAsync();

        var records = await FormatAsync(
            fixture,
            new() { Version = CloudEventSet.V2, EnrichAllWorkflowEvents = true },
            EgressSamples.Workflow(Key, WorkflowPhase.Failed, 6)
        );

        Assert.Equal("lp", Read<CloudEventWorkflowExecution>(Assert.Single(records)).LaunchPlanId.Name);
    }

    [Fact]
    public async Task V2_Start_StandsBeforeTheFirstWorkflowEvent_WithAnIdOfItsOwn()
    {
        await using var fixture = await RunAsync();
        var first = EgressSamples.Workflow(Key, WorkflowPhase.Running, 1);

        var records = await FormatAsync(fixture, new() { Version = CloudEventSet.V2 }, first);

        Assert.Equal([$"{first.Id}-start", $"{first.Id}"], records.Select(record => record.Event!.Id));
        Assert.Equal("0000000000 0000000001", string.Join(' ', records.Select(Sequence)));
        Assert.All(records, record => Assert.Equal((first.Position, first.Id), (record.Position, record.EventId)));
        Assert.Equal("flytesnacks/development/e1", records[0].Event!.Subject);
    }

    [Fact]
    public async Task V2_RowsThatAreGone_LeaveFieldsEmpty()
    {
        await using var fixture = await CatalogFixture.CreateAsync();

        var records = await FormatAsync(
            fixture,
            new() { Version = CloudEventSet.V2 },
            EgressSamples.Workflow(Key, WorkflowPhase.Running, 1),
            EgressSamples.Node(Key, NodePhase.Succeeded),
            TaskOf(Key, TaskPhase.Running),
            EgressSamples.Workflow(Key, WorkflowPhase.Succeeded, 4)
        );

        Assert.Equal(5, records.Count);
        Assert.Equal("e1", Read<CloudEventExecutionStart>(records[0]).ExecutionId.Name);
        Assert.Equal("raw", Filled(Read<CloudEventNodeExecution>(records[2])));
        Assert.Equal("raw", Filled(Read<CloudEventWorkflowExecution>(records[4])));
    }

    [Fact]
    public async Task V2_StoreThatIsClosed_FailsInsteadOfLeavingFieldsEmpty()
    {
        var fixture = await RunAsync();
        await fixture.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() =>
            FormatAsync(fixture, new() { Version = CloudEventSet.V2 }, TaskOf(Key, TaskPhase.Running)).AsTask()
        );
    }

    [Theory]
    [InlineData(EventForm.Raw, EventCompatibility.Flyte, CloudEventSet.V1, null)]
    [InlineData(EventForm.CloudEvents, EventCompatibility.Documented, CloudEventSet.V2, null)]
    [InlineData(EventForm.CloudEvents, EventCompatibility.None, CloudEventSet.V1, "")]
    public void Options_ThatContradictThemselves_AreNamed(
        EventForm form,
        EventCompatibility compatibility,
        CloudEventSet version,
        string? source
    ) =>
        Assert.NotNull(
            EventFormats.Problem(
                new()
                {
                    Form = form,
                    Compatibility = compatibility,
                    Version = version,
                    Source = source,
                }
            )
        );

    /// <summary>An execution with a label, whose node had two attempts of its task.</summary>
    private static async Task<CatalogFixture> RunAsync()
    {
        var fixture = await (await CatalogFixture.CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchAsync("e1", request => request.Spec.Labels = new Labels { Values = { ["team"] = "ml" } }, "ada");
        var keys = new BatchKeys { Executions = { Key } };
        await fixture.Store.Events.CommitAsync(
            keys,
            state =>
            {
                var changes = new BatchChanges { Executions = { state.Executions[Key] } };
                changes.Tasks.Add(Attempt(0));
                changes.Tasks.Add(Attempt(1));
                return changes;
            },
            CatalogFixture.Token
        );
        return fixture;
    }

    private static TaskRow Attempt(uint attempt) =>
        new()
        {
            Key = new TaskKey(new NodeKey(Key, "n0"), new EntityKey(CatalogFixture.Project, CatalogFixture.Domain, "t", "v1"), attempt),
            Phase = TaskPhase.Running,
            PhaseVersion = 0,
            Body = [],
            IsNew = true,
        };

    private static ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(
        CatalogFixture fixture,
        EventFormatOptions options,
        params LoggedEvent[] events
    ) => EventFormats.Create(options, fixture.Store).FormatAsync(events, CatalogFixture.Token);

    private static T Read<T>(EgressRecord record)
        where T : Google.Protobuf.IMessage, new()
    {
        var message = new T();
        new ProtoJsonParser(ProtoJsonOptions.Compact).Merge(record.Event!.Data, message);
        return message;
    }

    /// <summary><c>raw</c> when nothing but the event itself is there.</summary>
    private static string Filled(Google.Protobuf.IMessage wrapper)
    {
        var fields = JsonElement.Parse(new ProtoJsonWriter(ProtoJsonOptions.Compact).ToUtf8(wrapper));
        return string.Join(' ', fields.EnumerateObject().Select(field => field.Name == "rawEvent" ? "raw" : field.Name));
    }

    private static string Sequence(EgressRecord record) => record.Event!.Extensions.Single(extension => extension.Key == "sequence").Value;

    private static string Text(EgressRecord record) => Encoding.UTF8.GetString(CloudEventJson.ToUtf8(record.Event!));
}
