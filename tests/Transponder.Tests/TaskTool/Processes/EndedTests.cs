using Transponder.TaskTool.Processes;
using Xunit;

namespace Transponder.Tests.TaskTool.Processes;

public sealed class EndedTests
{
    [Theory]
    [InlineData(0x0000, 0, null, 0)]
    [InlineData(0x0300, 3, null, 3)]
    [InlineData(0x8f00, 143, null, 143)]
    [InlineData(0x000f, null, 15, 143)]
    [InlineData(0x008b, null, 11, 139)]
    public void Status_OfTheKernel_IsCodeOrSignal(int status, int? code, int? signal, int shell)
    {
        var ended = Ended.Of(status);

        Assert.Equal((code, signal, shell), (ended.Code, ended.Signal, ended.ShellCode));
    }

    [Fact]
    public void Refusal_HasTheShellsCodes()
    {
        Assert.Equal((127, "no such program"), (Ended.Refused(2).ShellCode, Ended.Refused(2).NotStarted));
        Assert.Equal(126, Ended.Refused(13).ShellCode);
    }
}
