namespace Transponder.Tests.Rig;

/// <summary>The measurements' program, run shorter than for a table: it judges by its exit code what it measures.</summary>
internal static class Bench
{
    /// <summary>Starts it from the build that the tests are of.</summary>
    public static ChildProcess Start(params IEnumerable<string> arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var folder = Path.Combine(Repository.Root, "artifacts", "bin", "Transponder.Benchmarks", configuration);
        return ChildProcess.Start(Path.Combine(folder, "bench"), arguments);
    }
}
