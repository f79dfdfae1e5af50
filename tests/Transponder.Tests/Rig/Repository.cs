namespace Transponder.Tests.Rig;

/// <summary>Where the sources are: the nearest folder above the test program that holds the solution.</summary>
public static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string File(string path) => Path.Combine(Root, path);

    public static string TestFile(string path) => Path.Combine(Root, "tests", "Transponder.Tests", path);

    /// <summary>Every file of the sources as path from the root, with forward slashes; generated and installed files are left out.</summary>
    public static IEnumerable<string> Files(string pattern, string under = "") =>
        Directory
            .EnumerateFiles(
                File(under),
                pattern,
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
            )
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split('/').Any(part => part is "artifacts" or "node_modules" or ".git" or "data"))
            .Order(StringComparer.Ordinal);

    private static string Find(DirectoryInfo folder) =>
        System.IO.File.Exists(Path.Combine(folder.FullName, "Transponder.slnx"))
            ? folder.FullName
            : Find(folder.Parent ?? throw new InvalidOperationException("The tests run outside a clone of the repository."));
}
