namespace Transponder.Tests.Rig;

/// <summary>Runs a script of the tests with node, which finds the repository's node modules.</summary>
public static class NodeScript
{
    /// <param name="script">The script's path below the tests project, e.g. <c>Server/Wire/client.js</c>.</param>
    public static Task<ScriptResult> RunAsync(
        string script,
        IEnumerable<string>? arguments = null,
        string? input = null,
        IReadOnlyDictionary<string, string?>? environment = null
    ) =>
        ScriptResult.OfAsync(
            Executable.Require("node", "nodejs"),
            [Repository.TestFile(script), .. arguments ?? []],
            input,
            environment,
            Repository.Root
        );

    /// <summary>Starts a script that goes on until it is disposed, e.g. a server.</summary>
    public static ChildProcess Start(string script, IEnumerable<string>? arguments = null) =>
        ChildProcess.Start(
            Executable.Require("node", "nodejs"),
            [Repository.TestFile(script), .. arguments ?? []],
            workingDirectory: Repository.Root
        );
}
