using System.Text.RegularExpressions;
using Transponder.Server.Configuration;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Architecture;

/// <summary>The documentation agrees with the tree: links lead somewhere, the map is whole, and nothing names one machine.</summary>
public sealed partial class DocsTests
{
    private static readonly string[] Texts =
    [
        "*.md",
        "*.cs",
        "*.csproj",
        "*.props",
        "*.json",
        "*.yaml",
        "*.yml",
        "*.proto",
        "*.sql",
        "*.js",
        "*.py",
    ];

    public static TheoryData<string> Pages => [.. Repository.Files("*.md")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_RelativeLinks_Resolve(string page)
    {
        var folder = Path.GetDirectoryName(Repository.File(page))!;
        var broken =
            from Match link in Link().Matches(Code().Replace(File.ReadAllText(Repository.File(page)), ""))
            let target = link.Groups[1].Value
            where !target.Contains("://") && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let parts = target.Split('#')
            let file = parts[0].Length == 0 ? Repository.File(page) : Path.Combine(folder, parts[0])
            where !Path.Exists(file) || (parts.Length > 1 && !Headings(file).Contains(parts[1]))
            select target;

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_YamlBlocks_LoadAsConfiguration(string page)
    {
        var problems =
            from Match block in Yaml().Matches(File.ReadAllText(Repository.File(page)))
            from problem in ConfigLoader.Parse(page, block.Groups[1].Value).Problems
            where problem.IsError
            select problem.ToString();

        Assert.Empty(problems);
    }

    [Fact]
    public void Map_Pages_AreAllOfThem()
    {
        var map = File.ReadAllText(Repository.File("docs/README.md"));
        var pages = Repository.Files("*.md", "docs").Select(path => path["docs/".Length..]).Where(page => page != "README.md");

        Assert.All(pages, page => Assert.Contains($"({page})", map));
    }

    [Fact]
    public void Map_Projects_AreAllOfThem()
    {
        var map = File.ReadAllText(Repository.File("docs/README.md"));

        Assert.All(
            Repository.Files("*.csproj").Select(path => Path.GetDirectoryName(path)!),
            folder => Assert.Contains($"`{folder}`", map)
        );
    }

    [Fact]
    public void Text_Content_NamesNoMachine()
    {
        var own = "tests/Transponder.Tests/Architecture/DocsTests.cs";
        var places =
            from path in Texts.SelectMany(pattern => Repository.Files(pattern)).Distinct()
            where path != own
            from line in File.ReadLines(Repository.File(path))
            where MachinePath().IsMatch(line)
            select $"{path}: {line.Trim()}";

        Assert.Empty(places);
    }

    private static HashSet<string> Headings(string file) =>
        [.. File.ReadLines(file).Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()))];

    private static string Anchor(string heading) => NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Yaml();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"/(root|home)/\w|""resolved"":")]
    private static partial Regex MachinePath();
}
