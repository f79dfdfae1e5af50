using Transponder.Server.Commands.Terminal;
using Xunit;

namespace Transponder.Tests.Server.Commands.Terminal;

public sealed class TextTableTests
{
    private const string Id = "dlv_f70b40333111c1bc728b1f88";
    private const string Execution = "flytesnacks/development/nightly-2026-11-22-a-long-name";
    private const string Reason = "connect_failed: the name of the host cannot be resolved by any of the servers that were asked";

    [Fact]
    public void Lines_IntoAPipe_AreWholeAndAligned()
    {
        var lines = Lines(null);

        Assert.Equal(3, lines.Count);
        Assert.EndsWith(Reason, lines[1]);
        Assert.Contains(Execution, lines[1]);
        Assert.Equal(lines[0].IndexOf("EXECUTION", StringComparison.Ordinal), lines[1].IndexOf(Execution, StringComparison.Ordinal));
        Assert.Equal(lines[1].IndexOf("dead", StringComparison.Ordinal), lines[2].IndexOf("retrying", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_At80Columns_CutNoIdAndFit()
    {
        var lines = Lines(80);

        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains(lines, line => line.Contains(Id, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TrimEnd().EndsWith(Execution, StringComparison.Ordinal));
        Assert.DoesNotContain('…', string.Concat(lines));
        Assert.Equal(
            Reason,
            string.Join(' ', lines.SkipWhile(line => !line.Contains("connect_failed")).TakeWhile(IsBelow).Select(line => line.Trim()))
        );
    }

    [Fact]
    public void Lines_WhereOnlyProseIsTooLong_CutIt()
    {
        var table = new TextTable(new TextColumn("CHANNEL"), new TextColumn("TITLE", IsProse: true));
        table.Add("ops", new string('x', 200));

        var lines = table.Lines(40).Select(Text).ToList();

        Assert.Equal(40, lines[1].Length);
        Assert.EndsWith("…", lines[1]);
    }

    [Fact]
    public void Cells_WithControlCharacters_AreHarmless()
    {
        var table = new TextTable(new TextColumn("ERROR", IsProse: true));
        table.Add("bad\u001b[31m\r\nred\u202egnp");

        Assert.Equal("bad [31m  red gnp", table.Lines(null).Select(Text).Last());
    }

    private static bool IsBelow(string line) => line.StartsWith("    ", StringComparison.Ordinal);

    private static List<string> Lines(int? width)
    {
        var table = new TextTable(
            new TextColumn("DELIVERY"),
            new TextColumn("STATE"),
            new TextColumn("CREATED"),
            new TextColumn("EXECUTION"),
            new TextColumn("REASON", IsProse: true)
        );
        table.Add(Id, new Cell("dead", Ink.Bad), "2026-11-22T00:31:46Z", Execution, Reason);
        table.Add("dlv_000b40333111c1bc728b1f88", "retrying", "2026-11-22T00:31:47Z", "p/d/n", "");
        return [.. table.Lines(width).Select(Text)];
    }

    private static string Text(IReadOnlyList<Cell> line) => string.Concat(line.Select(cell => cell.Text)).TrimEnd();
}
