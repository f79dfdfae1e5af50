using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>Finds the programs of outside servers; a missing one skips the test with the reason.</summary>
public static class Executable
{
    private static readonly string[] SystemFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    public static string? Find(string name, params IEnumerable<string> foldersFirst) =>
        foldersFirst
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Concat(SystemFolders)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    public static string Require(string name, string package, params IEnumerable<string> foldersFirst)
    {
        var path = Find(name, foldersFirst);
        Assert.SkipWhen(path is null, $"{name} is not installed (Debian package {package})");
        return path!;
    }
}
