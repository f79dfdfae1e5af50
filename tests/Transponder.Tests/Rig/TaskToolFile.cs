using System.Diagnostics;
using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>The published file that images carry, and a run of it in a directory of its own, where its spool is too.</summary>
public sealed class TaskToolFile : IDisposable
{
    private const string Published = "artifacts/task/transponder-task";

    private readonly TempDirectory directory = new();

    public TaskToolFile() =>
        Assert.SkipUnless(File.Exists(Path), "the tool's file is not published (./transponder task-tool, or ./transponder test)");

    public static string Path => Repository.File(Published);

    public string Directory => directory.Path;

    /// <summary>How many messages wait in the spool.</summary>
    public int Waiting => System.IO.Directory.Exists(Spool) ? System.IO.Directory.EnumerateFiles(Spool, "*.json").Count() : 0;

    private string Spool => System.IO.Path.Combine(Directory, "spool");

    public string Place(string name) => directory.File(name);

    /// <summary>Starts the tool.</summary>
    public ChildProcess Start(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? input = null
    ) => ChildProcess.Start(Path, Patient([.. arguments]), input, Environment(environment), Directory);

    /// <summary>Starts a shell in which <c>$T</c> is the tool; what it shall write byte for byte it writes to files of the directory.</summary>
    public ChildProcess Shell(string script, IReadOnlyDictionary<string, string?>? environment = null, string? input = null) =>
        ChildProcess.Start("/bin/sh", ["-c", script], input, Environment(environment), Directory);

    /// <summary>Runs the tool to its end.</summary>
    public async Task<(int Code, string Output, TimeSpan Took)> RunAsync(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? input = null
    )
    {
        var clock = Stopwatch.StartNew();
        await using var process = Start(arguments, environment, input);
        var code = await process.ExitAsync();
        return (code, process.Output, clock.Elapsed);
    }

    public byte[] Bytes(string name) => System.IO.File.ReadAllBytes(directory.File(name));

    public void Dispose() => directory.Dispose();

    // The usual deadline is for jobs; a machine that stands still for that long is no failure of the tool.
    private static string[] Patient(string[] arguments) =>
        arguments is ["notify" or "run" or "flush" or "watch-idle", ..] && !arguments.Contains("--deadline")
            ? [arguments[0], "--deadline", "60s", .. arguments[1..]]
            : arguments;

    private Dictionary<string, string?> Environment(IReadOnlyDictionary<string, string?>? more)
    {
        var environment = new Dictionary<string, string?> { ["TRANSPONDER_TASK_SPOOL"] = Spool, ["T"] = Path };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
            environment[name] = value;
        return environment;
    }
}
