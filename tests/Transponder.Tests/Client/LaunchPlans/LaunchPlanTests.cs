using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client.Executions;
using Transponder.Client.LaunchPlans;
using Transponder.Client.Values;
using Xunit;
using LaunchPlan = Transponder.Client.LaunchPlans.LaunchPlan;
using Schedule = Transponder.Client.LaunchPlans.Schedule;
using SlackNotification = Transponder.Client.LaunchPlans.SlackNotification;

namespace Transponder.Tests.Client.LaunchPlans;

public sealed class LaunchPlanTests
{
    [Fact]
    public void Create_WrongInputs_NamesEveryOne()
    {
        var mistake = Assert.Throws<InvalidInputsException>(() =>
            LaunchPlan.Create(
                "plan",
                Workflow(),
                defaultInputs: new()
                {
                    ["a"] = "four",
                    ["b"] = 1,
                    ["rows"] = new object[] { 1, 2.5 },
                },
                fixedInputs: new() { ["a"] = 4 }
            )
        );

        Assert.Equal(
            [
                "defaultInputs.a: it is fixed too; one of the two must go",
                "defaultInputs.a: expected an integer, got the text \"four\"",
                "defaultInputs.b: the workflow takes a, rows",
                "defaultInputs.rows[1]: expected an integer, got the number 2.5",
            ],
            mistake.Problems
        );
    }

    [Fact]
    public void Create_InputsThatNothingIsSaidOf_AreRequired()
    {
        var plan = LaunchPlan.Create("plan", Workflow(), fixedInputs: new() { ["a"] = 4 });

        Assert.Equal("rows", Assert.Single(plan.Spec.DefaultInputs.Parameters).Key);
        Assert.True(plan.Spec.DefaultInputs.Parameters["rows"].Required);
    }

    [Fact]
    public void Create_WithoutAnInterface_TakesTypesFromValues()
    {
        var plan = LaunchPlan.Create("plan", new WorkflowReference("p", "d", "w", "v1"), new() { ["a"] = 4, ["t"] = "x" });

        Assert.Equal(SimpleType.Integer, plan.Spec.DefaultInputs.Parameters["a"].Var.Type.Simple);
        Assert.Equal(SimpleType.String, plan.Spec.DefaultInputs.Parameters["t"].Var.Type.Simple);
        Assert.Equal((ResourceType.LaunchPlan, "p", "plan", "v2"), Parts(plan.Id("v2")));
    }

    [Fact]
    public void Create_TheOldRole_GoesWhereOldPlatformsReadIt()
    {
        var role = new AuthRole { KubernetesServiceAccount = "old" };

        var plan = LaunchPlan.Create("plan", Workflow(), options: new() { AuthRole = role, ServiceAccount = "new" });

        Assert.Equal("old", plan.Spec.AuthRole.KubernetesServiceAccount);
        Assert.Equal("new", plan.Spec.SecurityContext.RunAs.K8SServiceAccount);
    }

    [Theory]
    [InlineData(ExecutionPhase.Running)]
    [InlineData(ExecutionPhase.Failing)]
    [InlineData((ExecutionPhase)42)]
    public void Notification_APhaseThatIsNoEnd_CannotBeMade(ExecutionPhase phase) =>
        Assert.Throws<ArgumentException>("phases", () => new SlackNotification([ExecutionPhase.Failed, phase], ["a@example.com"]));

    [Fact]
    public void Notification_WithoutPhaseOrAddress_CannotBeMade()
    {
        Assert.Throws<ArgumentException>("phases", () => new SlackNotification([], ["a@example.com"]));
        Assert.Throws<ArgumentException>("recipients", () => new SlackNotification([ExecutionPhase.Failed], []));
        Assert.Throws<ArgumentException>("recipients", () => new SlackNotification([ExecutionPhase.Failed], [" "]));
    }

    [Theory]
    [InlineData("00:45:00", 45, FixedRateUnit.Minute)]
    [InlineData("06:00:00", 6, FixedRateUnit.Hour)]
    [InlineData("7.00:00:00", 7, FixedRateUnit.Day)]
    public void Every_AnInterval_HasTheLargestUnit(string interval, uint value, FixedRateUnit unit)
    {
        var plan = LaunchPlan.Create("plan", Workflow(), schedule: Schedule.Every(TimeSpan.Parse(interval, null)));

        Assert.Equal(new FixedRate { Value = value, Unit = unit }, plan.Spec.EntityMetadata.Schedule.Rate);
    }

    [Theory]
    [InlineData("00:00:30")]
    [InlineData("01:00:30")]
    [InlineData("-1.00:00:00")]
    public void Every_NoWholeMinutes_IsRefused(string interval) =>
        Assert.Throws<ArgumentException>(() => Schedule.Every(TimeSpan.Parse(interval, null)));

    private static (ResourceType, string, string, string) Parts(Identifier id) => (id.ResourceType, id.Project, id.Name, id.Version);

    private static WorkflowReference Workflow()
    {
        var integer = new LiteralType { Simple = SimpleType.Integer };
        var inputs = new VariableMap
        {
            Variables =
            {
                ["a"] = new Variable { Type = integer },
                ["rows"] = new Variable { Type = new LiteralType { CollectionType = integer } },
            },
        };
        return new WorkflowReference("p", "d", "w", "v1", new TypedInterface { Inputs = inputs });
    }
}
