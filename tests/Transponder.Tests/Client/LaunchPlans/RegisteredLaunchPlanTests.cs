using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client;
using Transponder.Client.LaunchPlans;
using Transponder.Client.Values;
using Transponder.Tests.Client.Executions;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;
using ExecutionOptions = Transponder.Client.LaunchPlans.ExecutionOptions;
using ExecutionPhase = Transponder.Client.Executions.ExecutionPhase;
using PagerDutyNotification = Transponder.Client.LaunchPlans.PagerDutyNotification;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Client.LaunchPlans;

public sealed class RegisteredLaunchPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_WrongInputs_NamesEveryOneAndSendsNothing()
    {
        var mistake = await Assert.ThrowsAsync<InvalidInputsException>(() =>
            ExecuteAsync(
                new()
                {
                    ["b"] = "x",
                    ["c"] = 1,
                    ["fixed"] = 2,
                },
                null
            )
        );

        Assert.Equal(
            [
                "inputs.b: expected an integer, got the text \"x\"",
                "inputs.c: the launch plan takes a, b",
                "inputs.fixed: the launch plan fixes it",
                "inputs.a: missing; an integer is required",
            ],
            mistake.Problems
        );
    }

    [Fact]
    public async Task Execute_Notifications_AreThePlansUnlessItSaysOthers()
    {
        var plans = await ExecuteAsync(new() { ["a"] = 1 }, null);
        var none = await ExecuteAsync(new() { ["a"] = 1 }, new() { Notifications = [] });
        var own = await ExecuteAsync(
            new() { ["a"] = 1 },
            new() { Notifications = [new PagerDutyNotification([ExecutionPhase.Failed], ["a@example.com"])] }
        );

        Assert.Equal(ExecutionSpec.NotificationOverridesOneofCase.None, plans.Spec.NotificationOverridesCase);
        Assert.True(none.Spec.DisableAll);
        Assert.Equal(["a@example.com"], own.Spec.Notifications.Notifications.Single().PagerDuty.RecipientsEmail);
        Assert.Equal(1, own.Inputs.Literals.Single().Value.Scalar.Primitive.Integer);
    }

    private static async Task<ExecutionCreateRequest> ExecuteAsync(Inputs inputs, ExecutionOptions? options)
    {
        ExecutionCreateRequest? created = null;
        await using var server = await WireServer.StartAsync(ScriptedExecutions.Services([], request => created = request));
        using var client = new TransponderClient(server.Grpc, Patient.Channel);
        var id = new Identifier
        {
            ResourceType = ResourceType.LaunchPlan,
            Project = "p",
            Domain = "d",
            Name = "plan",
            Version = "v1",
        };
        var plan = await RegisteredLaunchPlan.FetchAsync(client.Admin, id, Token);
        await plan.ExecuteAsync(inputs, options, Token);
        return created!;
    }
}
