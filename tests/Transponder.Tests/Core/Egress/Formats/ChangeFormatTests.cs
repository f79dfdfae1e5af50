using System.Text.Json;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Core.Egress.Formats;

public sealed class ChangeFormatTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Record_OfALaunchPlan_HasItsNameAndNoSequence()
    {
        var told = new LaunchPlanChanged
        {
            LaunchPlan = new EntityKey("p", "d", "lp", "v2").ToIdentifier(ResourceType.LaunchPlan),
            Change = LaunchPlanChanged.Types.Change.Activated,
        };
        var logged = Logged(EventKind.LaunchPlan, Change.Activated, new ExecutionKey("p", "d", "lp"), told);

        var record = new ChangeFormat(new EventFormatOptions()).Record(logged, new JsonBody());

        Assert.Equal(("p/d/lp", "p/d/lp"), (record.OrderingKey, record.PartitionKey));
        Assert.Equal("dev.transponder.launchplan.activated", record.Event!.Type);
        Assert.Equal(record.Event.Type, record.Subject);
        Assert.Equal((logged.Id.ToString(), "p/d/lp/v2", "transponder"), (record.Event.Id, record.Event.Subject, record.Event.Source));
        Assert.Equal("urn:transponder:v1:LaunchPlanChanged", record.Event.DataSchema);
        Assert.Equal([new("partitionkey", "p/d/lp")], record.Event.Extensions);
        var data = JsonElement.Parse(record.Event.Data.Span);
        Assert.Equal(
            ("ACTIVATED", "v2"),
            (data.GetProperty("change").GetString(), data.GetProperty("launchPlan").GetProperty("version").GetString())
        );
    }

    [Fact]
    public void Record_OfAnExecution_HasItsPlaceInTheOrder_AndAReplayItsMark()
    {
        var logged = Logged(EventKind.ExecutionAborted, Change.Aborted, new ExecutionKey("p", "d", "e"), new ExecutionAborted()) with
        {
            Sequence = 7,
        };

        var record = new ChangeFormat(new EventFormatOptions { Source = "here", Replay = true }).Record(logged, new JsonBody());

        Assert.Equal(
            ("dev.transponder.execution.aborted", "here", "p/d/e"),
            (record.Event!.Type, record.Event.Source, record.Event.Subject)
        );
        Assert.Equal([new("partitionkey", "p/d/e"), new("sequence", "0000000007"), new("replay", "true")], record.Event.Extensions);
    }

    [Fact]
    public void Record_OfAProject_IsKeyedByItsId()
    {
        var logged = Logged(EventKind.Project, Change.Registered, new ExecutionKey("p", "", ""), new ProjectChanged());

        var record = new ChangeFormat(new EventFormatOptions()).Record(logged, new JsonBody());

        Assert.Equal(("p", "p", "dev.transponder.project.registered"), (record.OrderingKey, record.Event!.Subject, record.Event.Type));
    }

    [Theory]
    [InlineData(EventForm.Raw, EventCompatibility.None, "raw events are Flyte's own")]
    [InlineData(EventForm.CloudEvents, EventCompatibility.Flyte, "with compat")]
    [InlineData(EventForm.CloudEvents, EventCompatibility.Documented, "execution-created, project")]
    public void Problem_OfFormsWithoutAPlaceForChanges_IsNamed(EventForm form, EventCompatibility compatibility, string words)
    {
        var options = new EventFormatOptions { Form = form, Compatibility = compatibility };

        Assert.Null(EventFormats.Problem(options, [EventKind.Workflow, EventKind.Node, EventKind.Task]));
        Assert.Contains(
            words,
            EventFormats.Problem(options, [EventKind.Node, EventKind.Project, EventKind.ExecutionCreated]),
            StringComparison.Ordinal
        );
        Assert.Null(EventFormats.Problem(new EventFormatOptions { Version = CloudEventSet.V2 }, ChangeKinds.All));
    }

    private static LoggedEvent Logged(EventKind kind, Change change, ExecutionKey scope, IMessage told) =>
        new(1, Guid.CreateVersion7(At), scope, kind, (int)change, 0, At, At, told.ToByteArray());
}
