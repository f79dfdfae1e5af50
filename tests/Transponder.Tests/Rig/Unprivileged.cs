namespace Transponder.Tests.Rig;

/// <summary>Starts servers that refuse to run as root: as root they run as user <c>postgres</c> or <c>nobody</c>, otherwise as whoever runs the tests.</summary>
public static class Unprivileged
{
    private static readonly string User = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
        ? "postgres"
        : "nobody";

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string workingDirectory) =>
        Environment.IsPrivilegedProcess
            ? ChildProcess.Start(
                Executable.Require("setpriv", "util-linux"),
                [$"--reuid={User}", "--clear-groups", "--", program, .. arguments],
                workingDirectory: workingDirectory
            )
            : ChildProcess.Start(program, arguments, workingDirectory: workingDirectory);

    /// <summary>Gives a file or directory to that user.</summary>
    public static async Task OwnAsync(string path)
    {
        if (Environment.IsPrivilegedProcess)
            (await ScriptResult.OfAsync(Executable.Require("chown", "coreutils"), [User, path], null, null)).Succeeded();
    }
}
