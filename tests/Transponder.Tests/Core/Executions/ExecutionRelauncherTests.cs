using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Core.Catalog;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Executions;

public sealed class ExecutionRelauncherTests
{
    private static WorkflowExecutionIdentifier First =>
        new ExecutionKey(CatalogFixture.Project, CatalogFixture.Domain, "e1").ToIdentifier();

    [Fact]
    public async Task Relaunch_KeepsTheSpecification_AndWhatItOverrode()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(s =>
            s.EntityMetadata.Notifications.Add(Samples.Email(WorkflowPhase.Failed, "plan@example.com"))
        );
        await fixture.LaunchAsync(
            "e1",
            r =>
            {
                r.Spec.Notifications = new NotificationList { Notifications = { Samples.Email(WorkflowPhase.Failed, "own@example.com") } };
                r.Spec.Labels = new Labels { Values = { ["team"] = "ml" } };
                r.Spec.MaxParallelism = 5;
            },
            "ada"
        );

        var request = new ExecutionRelaunchRequest { Id = First, OverwriteCache = true };
        var response = await Relauncher(fixture).RelaunchAsync(request, "bob", Token);

        Assert.Matches("^a[a-z0-9]{19}$", response.Id.Name);
        var read = await fixture.Reader.GetAsync(new WorkflowExecutionGetRequest { Id = response.Id }, Token);
        Assert.Equal(("bob", ExecutionMetadata.Types.ExecutionMode.Relaunch), (read.Spec.Metadata.Principal, read.Spec.Metadata.Mode));
        Assert.Equal(First, read.Spec.Metadata.ReferenceExecution);
        Assert.Equal((true, 5, "ml"), (read.Spec.OverwriteCache, read.Spec.MaxParallelism, read.Spec.Labels.Values["team"]));
        Assert.Equal(["own@example.com"], read.Closure.Notifications.Single().Email.RecipientsEmail);
        Assert.Equal(WorkflowPhase.Undefined, read.Closure.Phase);
    }

    [Fact]
    public async Task Recover_NamesItsParent_AndDisabledStaysDisabled()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(
            s => s.EntityMetadata.Notifications.Add(Samples.Email(WorkflowPhase.Failed, "plan@example.com")),
            openInput: true
        );
        await fixture.LaunchAsync(
            "e1",
            r =>
            {
                r.Spec.DisableAll = true;
                r.Inputs = Samples.Literals(("x", Samples.Integer(3)));
            }
        );

        var request = new ExecutionRecoverRequest { Id = First, Name = "e2" };
        var response = await Relauncher(fixture).RecoverAsync(request, "", Token);

        var read = await fixture.Reader.GetAsync(new WorkflowExecutionGetRequest { Id = response.Id }, Token);
        Assert.Equal(ExecutionMetadata.Types.ExecutionMode.Recovered, read.Spec.Metadata.Mode);
        Assert.Equal(First, read.Spec.Metadata.ReferenceExecution);
        Assert.Empty(read.Closure.Notifications);
        var stored = await fixture.Store.Executions.GetAsync(ExecutionKey.From(response.Id), Token);
        Assert.Equal(NotificationSource.Disabled, stored!.Source);
        Assert.Equal(3, LiteralMap.Parser.ParseFrom(stored.Inputs).Literals["x"].Scalar.Primitive.Integer);
        await FailsAsync(StatusCode.AlreadyExists, "e2 already exists", () => Relauncher(fixture).RecoverAsync(request, "", Token));
    }

    [Fact]
    public async Task Relaunch_OfASingleTask_RunsItAgain()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchAsync(
            "e1",
            r =>
            {
                r.Spec.LaunchPlan = Samples.Id(ResourceType.Task, "t");
                r.Inputs = Samples.Literals(("x", Samples.Integer(5)));
            }
        );

        var response = await Relauncher(fixture).RelaunchAsync(new ExecutionRelaunchRequest { Id = First, Name = "e2" }, "", Token);

        var read = await fixture.Reader.GetAsync(new WorkflowExecutionGetRequest { Id = response.Id }, Token);
        Assert.Equal(".flytegen.t", read.Closure.WorkflowId.Name);
    }

    [Fact]
    public async Task Unknown_IsNotFound_AndNoneIsInvalid()
    {
        await using var fixture = await CreateAsync();
        var relauncher = Relauncher(fixture);

        var unknown = new ExecutionRelaunchRequest { Id = First };
        await FailsAsync(StatusCode.NotFound, "missing entity of type execution", () => relauncher.RelaunchAsync(unknown, "", Token));
        await FailsAsync(StatusCode.InvalidArgument, "missing id", () => relauncher.RecoverAsync(new ExecutionRecoverRequest(), "", Token));
    }

    private static ExecutionRelauncher Relauncher(CatalogFixture fixture) =>
        new(fixture.Store.Executions, fixture.LaunchPlans, fixture.Launcher);
}
