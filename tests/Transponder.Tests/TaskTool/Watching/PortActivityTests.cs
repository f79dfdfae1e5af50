using Transponder.TaskTool.Watching;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.TaskTool.Watching;

public sealed class PortActivityTests
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    [Fact]
    public void Port_IsUsed_WhileAConnectionIsEstablished()
    {
        using var directory = new TempDirectory();
        var time = new FakeTimeProvider();
        var table = directory.Write("tcp", Header + Row("1F90", "0A") + Row("1F91", "01"));
        var activity = new PortActivity(8080, time, [table, directory.File("tcp6")]);
        Assert.Null(activity.Look());

        directory.Write("tcp6", Header + Row("1F90", "01"));
        var seen = time.GetUtcNow();
        Assert.Equal(seen, activity.Look());

        time.Advance(TimeSpan.FromMinutes(5));
        directory.Write("tcp6", Header + Row("1F90", "06"));
        Assert.Equal(seen, activity.Look());
    }

    private static string Row(string port, string state) =>
        $"   0: 0100007F:{port} 0100007F:C350 {state} 00000000:00000000 00:00000000 00000000     0        0 1234 1 0000000000000000 20 4 30 10 -1\n";
}
