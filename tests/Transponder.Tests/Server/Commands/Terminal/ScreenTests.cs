using System.Text.Json;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Server.Commands.Terminal;

public sealed class ScreenTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public void Line_InAPipe_HasNoColours()
    {
        new Screen(_output, _errors).Line(new Cell("ok", Ink.Good), " all is well");

        Assert.Equal($"ok all is well{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public void Line_OnATerminal_IsColouredAndReset()
    {
        new Screen(_output, _errors) { Width = 80, HasColours = true }.Line(new Cell("ok", Ink.Good));

        Assert.Equal($"\u001b[32mok\u001b[0m{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public void Json_OfAMessage_HasStableNamesAndEveryField()
    {
        new Screen(_output, _errors) { IsJson = true }.Json(new Delivery { Id = "dlv_1", State = Delivery.Types.State.Dead });

        using var document = JsonDocument.Parse(_output.ToString());
        Assert.Equal("dlv_1", document.RootElement.GetProperty("id").GetString());
        Assert.Equal("DEAD", document.RootElement.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("next_attempt_at").ValueKind);
        Assert.Equal(0, document.RootElement.GetProperty("attempts").GetArrayLength());
    }

    [Fact]
    public void JsonLine_OfEachElement_IsOneLine()
    {
        var screen = new Screen(_output, _errors) { IsJson = true };
        screen.JsonLine(new Delivery { Id = "dlv_1", Subject = "two\nlines" });
        screen.JsonLine(new { CreatedAt = 1 });

        var lines = _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal("""{"created_at":1}""", lines[1]);
    }

    [Fact]
    public void Facts_At80Columns_WrapBelowTheirValues()
    {
        new Screen(_output, _errors) { Width = 80 }.Facts(("Subject", string.Join(' ', Enumerable.Repeat("words", 40))), ("Empty", ""));

        var lines = _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.StartsWith("Subject  words", lines[0]);
        Assert.StartsWith("         words", lines[1]);
        Assert.DoesNotContain("Empty", _output.ToString());
    }

    [Fact]
    public void Remark_Always_GoesToStandardError()
    {
        new Screen(_output, _errors).Remark("there are more");

        Assert.Empty(_output.ToString());
        Assert.StartsWith("there are more", _errors.ToString());
    }
}
