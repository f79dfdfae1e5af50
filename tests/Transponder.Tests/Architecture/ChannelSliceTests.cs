using System.Text.RegularExpressions;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Architecture;

/// <summary>A channel is a folder, with its tests in the mirrored folder and one page of documentation; channels never see one another.</summary>
public sealed class ChannelSliceTests
{
    private const string Channels = "src/Transponder.Notifiers/Channels";

    public static TheoryData<string> Slices =>
        [.. Directory.GetDirectories(Repository.File(Channels)).Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Slices))]
    public void Channel_Tests_AreInTheMirroredFolder(string slice) =>
        Assert.Contains(Repository.Files("*Tests.cs", "tests/Transponder.Tests"), path => path.Contains($"/Notifiers/Channels/{slice}/"));

    [Theory]
    [MemberData(nameof(Slices))]
    public void Channel_Page_IsInTheDocs(string slice)
    {
        var page = $"channels/{slice.ToLowerInvariant()}.md";

        Assert.True(File.Exists(Repository.File($"docs/{page}")), $"docs/{page} is missing");
        Assert.Contains(page, File.ReadAllText(Repository.File("docs/README.md")));
    }

    [Theory]
    [MemberData(nameof(Slices))]
    public void Channel_Page_SaysItsLimitsWithTheirSources(string slice)
    {
        var lines = File.ReadAllLines(Repository.File($"docs/channels/{slice.ToLowerInvariant()}.md"));

        var table = lines.SkipWhile(line => line != "| limit | value | source |").TakeWhile(line => line.StartsWith('|')).ToList();
        Assert.True(table.Count >= 4, "a table of at least two limits is missing");
        Assert.All(
            table.Skip(2).Select(row => row.Trim('|').Split(" | ")),
            cells => Assert.True(cells.Length == 3 && cells.All(cell => cell.Trim().Length > 0), string.Join(" | ", cells))
        );
    }

    [Theory]
    [MemberData(nameof(Slices))]
    public void Channel_Sources_KnowNoOtherChannel(string slice)
    {
        var others = string.Join('|', Slices.Select(row => row.Data).Where(other => other != slice).Select(Regex.Escape));
        Assert.SkipWhen(others.Length == 0, "there is only one channel");

        var seen =
            from path in Repository.Files("*.cs", $"{Channels}/{slice}")
            where Regex.IsMatch(File.ReadAllText(Repository.File(path)), $@"Channels\.({others})\b")
            select path;

        Assert.Empty(seen);
    }

    [Fact]
    public void Registration_Sources_KnowOneChannelEach()
    {
        var registrations = Repository
            .Files("*Registration.cs", "src/Transponder.Server/Channels")
            .Where(path => !path.EndsWith("/IChannelRegistration.cs", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(registrations);
        foreach (var path in registrations)
        {
            var seen = Regex
                .Matches(File.ReadAllText(Repository.File(path)), @"(?:Notifiers|Integrations)\.Channels\.(\w+)")
                .Select(match => match.Groups[1].Value);
            Assert.Equal([Path.GetFileName(path)[..^"Registration.cs".Length]], seen.Distinct());
        }
    }
}
