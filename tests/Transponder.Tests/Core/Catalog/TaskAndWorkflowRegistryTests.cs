using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class TaskAndWorkflowRegistryTests
{
    [Fact]
    public async Task Task_RegisteredAndRead_IsWhole()
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);

        var read = await fixture.Tasks.GetAsync(new ObjectGetRequest { Id = Samples.Id(ResourceType.Unspecified, "t") }, Token);

        Assert.Equal(Samples.Id(ResourceType.Task, "t"), read.Id);
        Assert.Equal(read.Id, read.Closure.CompiledTask.Template.Id);
        Assert.Equal(fixture.Time.GetUtcNow().ToTimestamp(), read.Closure.CreatedAt);
        var stored = await fixture.Store.Catalog.GetAsync(EntityKind.Task, EntityKey.From(read.Id), Token);
        Assert.Equal(read.ToByteArray(), Flyteidl.Admin.Task.Parser.ParseFrom(stored!.Body).ToByteArray());
        await FailsAsync(
            StatusCode.NotFound,
            "missing entity of type task with identifier flytesnacks/development/no/v1",
            () => fixture.Tasks.GetAsync(new ObjectGetRequest { Id = Samples.Id(ResourceType.Task, "no") }, Token)
        );
    }

    [Fact]
    public async Task Task_Again_AlreadyExists_AndChanged_InvalidArgument()
    {
        await using var fixture = await CreateAsync();
        await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);

        await FailsAsync(StatusCode.AlreadyExists, "identical structure", () => fixture.Tasks.CreateAsync(Samples.Task("t"), Token));
        var changed = Samples.Task("t");
        changed.Spec.Template.Container.Image = "image:2";
        await FailsAsync(
            StatusCode.InvalidArgument,
            "template.container.image: image:2 now, image:1 registered",
            () => fixture.Tasks.CreateAsync(changed, Token)
        );
    }

    [Fact]
    public async Task Workflow_Again_CarriesTheReason()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var same = Samples.Workflow("wf", Samples.Run("n0", "t", ("x", "", "x")));

        var exists = await FailsAsync(StatusCode.AlreadyExists, "identical", () => fixture.Workflows.CreateAsync(same, "", Token));
        Assert.NotNull(Assert.IsType<CreateWorkflowFailureReason>(Assert.Single(exists.Details)).ExistsIdenticalStructure);

        same.Spec.Template.Nodes[0].Id = "m0";
        same.Spec.Template.Outputs[0].Binding_.Promise.NodeId = "m0";
        var differs = await FailsAsync(
            StatusCode.InvalidArgument,
            "different structure",
            () => fixture.Workflows.CreateAsync(same, "", Token)
        );
        Assert.NotNull(Assert.IsType<CreateWorkflowFailureReason>(Assert.Single(differs.Details)).ExistsDifferentStructure);
    }

    [Fact]
    public async Task SameTask_RacedByMany_HasOneWinner()
    {
        await using var fixture = await CreateAsync();

        var codes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => CodeAsync(fixture))));

        Assert.Single(codes, StatusCode.Ok);
        Assert.Equal(15, codes.Count(c => c == StatusCode.AlreadyExists));
    }

    public static TheoryData<string, Action<TaskCreateRequest>> Refusals =>
        new()
        {
            { "missing id", r => r.Id = null },
            { "expected task instead", r => r.Id.ResourceType = ResourceType.Unspecified },
            { "project [nobody] is not registered", r => r.Id.Project = "nobody" },
            { "missing spec.template", r => r.Spec = null },
            { "missing spec.template.type", r => r.Spec.Template.Type = "" },
            { "missing spec.template.metadata", r => r.Spec.Template.Metadata = null },
            { "missing spec.template.metadata.runtime.version", r => r.Spec.Template.Metadata.Runtime.Version = "" },
            { "missing spec.template.interface", r => r.Spec.Template.Interface = null },
            { "missing spec.template.container.image", r => r.Spec.Template.Container.Image = "" },
            {
                "spec.template.custom.fields[k] is a value without a kind",
                r => r.Spec.Template.Custom = new Struct { Fields = { ["k"] = new Value() } }
            },
            {
                "spec.template.metadata.timeout is not a valid duration",
                r => r.Spec.Template.Metadata.Timeout = new Duration { Seconds = long.MaxValue }
            },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task WrongTask_Created_IsInvalidArgument(string message, Action<TaskCreateRequest> bend)
    {
        await using var fixture = await CreateAsync();
        var request = Samples.Task("t");
        bend(request);

        await FailsAsync(StatusCode.InvalidArgument, message, () => fixture.Tasks.CreateAsync(request, Token));
    }

    private static async Task<StatusCode> CodeAsync(CatalogFixture fixture)
    {
        try
        {
            await fixture.Tasks.CreateAsync(Samples.Task("t"), Token);
            return StatusCode.Ok;
        }
        catch (RpcException failure)
        {
            return failure.Code;
        }
    }
}
