using System.Text.RegularExpressions;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Architecture;

/// <summary>The shape of the tree: any file's place can be guessed, and no drawer collects what has none.</summary>
public sealed partial class TreeTests
{
    private const int LongestFile = 400;

    private static readonly string[] Drawers =
    [
        "Utils",
        "Utilities",
        "Common",
        "Helpers",
        "Managers",
        "Base",
        "Impl",
        "Misc",
        "Shared",
        "Model",
        "Models",
    ];

    /// <summary>Longer files, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    private static IEnumerable<string> Sources => Repository.Files("*.cs");

    [Fact]
    public void Folder_Name_IsNoDrawer() => Assert.DoesNotContain(Sources, path => path.Split('/').SkipLast(1).Any(Drawers.Contains));

    [Fact]
    public void File_Length_IsBounded()
    {
        var long_ = Sources.Where(path => File.ReadLines(Repository.File(path)).Count() > LongestFile);

        Assert.Empty(long_.Except(LongFiles.Keys));
    }

    [Fact]
    public void File_Namespace_IsItsFolder()
    {
        var strays =
            from path in Sources.Where(path => !path.StartsWith("bench/", StringComparison.Ordinal))
            let written = Namespace().Match(File.ReadAllText(Repository.File(path)))
            where written.Success && written.Groups[1].Value != string.Join('.', path.Split('/').Skip(1).SkipLast(1).Select(Name))
            select $"{path}: {written.Groups[1].Value}";

        Assert.Empty(strays);
    }

    // Samples are called as people type them: plugin-notifier holds PluginNotifier.
    private static string Name(string folder) =>
        folder.Contains('-', StringComparison.Ordinal)
            ? string.Concat(folder.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))
            : folder;

    [Fact]
    public void Source_Text_HasNoUnfinishedBusiness()
    {
        var own = "tests/Transponder.Tests/Architecture/TreeTests.cs";
        var marks =
            from path in Sources
            where path != own
            from line in File.ReadLines(Repository.File(path))
            where Unfinished().IsMatch(line)
            select $"{path}: {line.Trim()}";

        Assert.Empty(marks);
    }

    [Fact]
    public void Class_InASource_IsSealedStaticOrAbstract()
    {
        var open =
            from path in Repository.Files("*.cs", "src")
            from line in File.ReadLines(Repository.File(path))
            where OpenClass().IsMatch(line)
            select $"{path}: {line.Trim()}";

        Assert.Empty(open);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|^\s*#\s*(region|pragma)|^\s*//(?!/).*[()=].*;\s*$")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^\s*(public |internal |private |protected )?(partial )?(class|record) \w")]
    private static partial Regex OpenClass();
}
