using System.Runtime.Versioning;
using Transponder.TaskTool;
using Transponder.TaskTool.Sending;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.TaskTool.Sending;

[UnsupportedOSPlatform("windows")]
public sealed class SpoolPlaceTests : IDisposable
{
    private readonly TempDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void UsualPlace_IsAmongTheTemporaryFiles()
    {
        Assert.NotNull(Open(out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public void UsualPlace_ThatIsOpenToOthers_IsNotTrusted()
    {
        var place = Path.Combine(_temporary.Path, $"transponder-task-{Transponder.TaskTool.Processes.Libc.GetUser()}");
        Directory.CreateDirectory(place, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(place, (UnixFileMode)0b111_111_111);

        Assert.Null(Open(out var problem));
        Assert.Contains("is open to others, so nothing is kept there", problem);
    }

    [Fact]
    public void UsualPlace_ThatIsALink_IsNotTrusted()
    {
        var place = Path.Combine(_temporary.Path, $"transponder-task-{Transponder.TaskTool.Processes.Libc.GetUser()}");
        Directory.CreateSymbolicLink(place, Directory.CreateDirectory(_temporary.File("elsewhere")).FullName);

        Assert.Null(Open(out _));
    }

    [Fact]
    public void ChosenPlace_IsTheUsersOwnAffair()
    {
        var chosen = Directory.CreateDirectory(_temporary.File("chosen")).FullName;
        File.SetUnixFileMode(chosen, (UnixFileMode)0b111_111_111);

        Assert.NotNull(Open(out _, ("TRANSPONDER_TASK_SPOOL", chosen)));
    }

    private Transponder.Notifiers.Spool.NotifySpool? Open(out string? problem, params (string Name, string Value)[] variables) =>
        SpoolPlace.Open(
            ToolEnvironment.Of(variables.Append(("TMPDIR", _temporary.Path)).ToDictionary(v => v.Item1, v => v.Item2)),
            new ToolConfig(),
            TimeProvider.System,
            out problem
        );
}
