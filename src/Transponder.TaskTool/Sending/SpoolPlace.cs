using System.Globalization;
using Transponder.Notifiers.Spool;
using Transponder.TaskTool.Processes;

namespace Transponder.TaskTool.Sending;

/// <summary>Where messages wait: where the user says, or a directory of this user's alone among the temporary ones.</summary>
internal static class SpoolPlace
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>The spool; null, and why, when its place cannot be trusted.</summary>
    public static NotifySpool? Open(ToolEnvironment environment, ToolConfig config, TimeProvider time, out string? problem)
    {
        problem = null;
        if ((environment.SpoolDirectory ?? config.Spool) is { } chosen)
            return new NotifySpool(new SpoolOptions { Directory = chosen }, time);
        var usual = Path.Combine(
            environment.TemporaryDirectory,
            string.Create(CultureInfo.InvariantCulture, $"transponder-task-{Libc.GetUser()}")
        );
        if (IsOwn(usual))
            return new NotifySpool(new SpoolOptions { Directory = usual }, time);
        problem = $"{usual} is open to others, so nothing is kept there; TRANSPONDER_TASK_SPOOL names another place";
        return null;
    }

    private static bool IsOwn(string directory)
    {
        var info = new DirectoryInfo(directory);
        return !OperatingSystem.IsLinux() || (info.LinkTarget is null && (!info.Exists || (info.UnixFileMode & Others) == 0));
    }
}
