using Flyteidl.Core;
using Transponder.Server.Commands.Play;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Commands.Play;

public sealed class ExecutionScriptTests
{
    private readonly ExecutionScript _script = new(
        new WorkflowExecutionIdentifier
        {
            Project = "p",
            Domain = "d",
            Name = "n",
        },
        [("n0", new Identifier { Name = "t0" }), ("n1", new Identifier { Name = "t1" })],
        new FakeTimeProvider()
    );

    [Fact]
    public void Steps_OfASuccess_AreInPropellersOrder() =>
        Assert.Equal(
            [
                "workflow Running",
                "node start-node Succeeded",
                "node n0 Queued",
                "task t0 Queued",
                "node n0 Running",
                "task t0 Running",
                "task t0 Succeeded",
                "node n0 Succeeded",
                "node n1 Queued",
                "task t1 Queued",
                "node n1 Running",
                "task t1 Running",
                "task t1 Succeeded",
                "node n1 Succeeded",
                "node end-node Queued",
                "node end-node Succeeded",
                "workflow Succeeding",
                "workflow Succeeded",
            ],
            Told(ScriptOutcome.Succeeded)
        );

    [Fact]
    public void Steps_OfAFailure_EndWithTheLastTasksError() =>
        Assert.Equal(
            ["task t1 Running", "task t1 Failed", "node n1 Failing", "node n1 Failed", "workflow Failing", "workflow Failed"],
            Told(ScriptOutcome.Failed).TakeLast(6)
        );

    [Fact]
    public void Steps_OfAnAbort_AskFirstAndReportAfterwards() =>
        Assert.Equal(
            [$"terminate “{_script.AbortCause}”", "task t1 Aborted", "node n1 Aborted", "workflow Aborted"],
            Told(ScriptOutcome.Aborted).TakeLast(4)
        );

    private IEnumerable<string> Told(ScriptOutcome outcome) => _script.Steps(outcome).Select(step => $"{step.Subject} {step.Phase}");
}
