using Transponder.TaskTool.Running;
using Xunit;

namespace Transponder.Tests.TaskTool.Running;

public sealed class RunPlanTests
{
    [Fact]
    public void Moments_WithCommasOrApart_AreRead()
    {
        Assert.True(RunPlan.TryParse(["failure, slow=30m", "slow=1h", "start"], out var plan, out _));

        Assert.True(plan.OnFailure);
        Assert.True(plan.OnStart);
        Assert.False(plan.OnSuccess);
        Assert.Equal([TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)], plan.Slow);
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("slow")]
    [InlineData("slow=0s")]
    [InlineData("slow=never")]
    [InlineData("success=1")]
    public void Moment_ThatIsNotKnown_IsNamed(string moment)
    {
        Assert.False(RunPlan.TryParse(["start", moment], out _, out var problem));
        Assert.Equal($"--on does not know {moment}: it takes start, success, failure, slow=30m", problem);
    }
}
