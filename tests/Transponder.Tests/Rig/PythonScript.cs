using System.Collections.Concurrent;
using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>Runs a script of the tests with the system's Python, the one that Debian's python3-* packages belong to.</summary>
public static class PythonScript
{
    private static readonly ConcurrentDictionary<string, Task<bool>> Modules = new();

    /// <param name="script">The script's path below the tests project, e.g. <c>Server/Wire/client.py</c>.</param>
    /// <param name="modules">The modules it needs, by import name; a missing one skips the test.</param>
    public static async Task<ScriptResult> RunAsync(
        string script,
        IEnumerable<string>? arguments = null,
        string? input = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        IEnumerable<string>? modules = null
    )
    {
        var python = await RequireAsync(modules ?? []);
        return await ScriptResult.OfAsync(python, [Repository.TestFile(script), .. arguments ?? []], input, environment, Repository.Root);
    }

    /// <summary>The system's Python, if it has the modules; otherwise the test is skipped.</summary>
    public static async Task<string> RequireAsync(params IEnumerable<string> modules)
    {
        var python = Executable.Require("python3", "python3", "/usr/bin");
        foreach (var module in modules)
        {
            var found = await Modules.GetOrAdd(
                module,
                async name => (await ScriptResult.OfAsync(python, ["-c", $"import {name}"], null, null)).ExitCode == 0
            );
            Assert.SkipUnless(found, $"Python has no module {module} (Debian package python3-{Package(module)})");
        }
        return python;
    }

    private static string Package(string module) =>
        module switch
        {
            "grpc" => "grpcio",
            "google.protobuf" => "protobuf",
            _ => module,
        };
}
