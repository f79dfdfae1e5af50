using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Console;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Console;

public sealed class ConsoleNotifierTests
{
    private const string Hostile = "Boom\r\n[info] forged\u001b[2J\u009b31m\0\u202e <b> {{ project }} \u2028 \U0001F680 ünïcödé";

    private static Message Whole { get; } =
        SampleMessage.Failed with
        {
            Fields = [new MessageField("Accuracy", "0.93")],
            Links = [new MessageLink("Loss curve", "https://a.example/x")],
        };

    [Fact]
    public async Task Send_Message_IsTheDocumentedText()
    {
        var page = await File.ReadAllTextAsync(Repository.File("docs/channels/console.md"), TestContext.Current.CancellationToken);

        Assert.Equal(page.Split("```text\n")[1].Split("```")[0], await WrittenAsync(Whole));
    }

    [Fact]
    public async Task Send_MessageAsJson_IsTheDocumentedLine()
    {
        var line = await WrittenAsync(Whole, new ConsoleOptions { Json = true });

        Assert.EndsWith("\n", line);
        Assert.Single(line.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(SampleMessage.Documented("console"), JsonSerializer.Serialize(JsonElement.Parse(line)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_HostileText_StaysInert(bool json)
    {
        var message = SampleMessage.With(Hostile) with { Fields = [new MessageField(Hostile, Hostile)] };

        var text = await WrittenAsync(message, new ConsoleOptions { Json = json });

        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("\U0001F680 ünïcödé", json ? JsonElement.Parse(text).GetProperty("body").GetString() : text);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1), line => Assert.StartsWith("  ", line));
    }

    [Theory]
    [InlineData(BodyFormat.Html, "<p>All <b>well</b> &amp; good</p>")]
    [InlineData(BodyFormat.Markup, "All **well** & good")]
    public async Task Send_MarkedText_IsPlain(BodyFormat format, string body) =>
        Assert.Contains("  All well & good\n", await WrittenAsync(Whole with { Format = format, Body = body }));

    [Fact]
    public async Task Send_ManyAtOnce_AreNotMixed()
    {
        using var writer = new StringWriter();
        await using var notifier = new ConsoleNotifier(new ConsoleOptions { Json = true }, writer);

        await Parallel.ForAsync(
            0,
            200,
            TestContext.Current.CancellationToken,
            async (i, token) => await notifier.SendAsync(Whole with { Id = $"dlv_{i}" }, token)
        );

        var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(200, lines.Select(line => JsonElement.Parse(line).GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Send_ClosedOutput_IsTriedAgain()
    {
        var writer = new StreamWriter(new MemoryStream());
        await writer.DisposeAsync();
        await using var notifier = new ConsoleNotifier(writer: writer);

        var result = await notifier.SendAsync(Whole, TestContext.Current.CancellationToken);

        Assert.Equal(DeliveryReason.ConnectionLost, Outcome.Is<DeliveryResult.Retry>(result).Reason);
    }

    [Fact]
    public async Task Send_Target_IsRejected()
    {
        await using var notifier = new ConsoleNotifier(writer: TextWriter.Null);

        var result = await notifier.SendAsync(Whole with { Target = "stderr" }, TestContext.Current.CancellationToken);

        Assert.Equal(DeliveryReason.InvalidAddress, Outcome.Is<DeliveryResult.Rejected>(result).Reason);
    }

    private static async Task<string> WrittenAsync(Message message, ConsoleOptions? options = null)
    {
        using var writer = new StringWriter();
        await using var notifier = new ConsoleNotifier(options, writer);
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(message, TestContext.Current.CancellationToken));
        return writer.ToString();
    }
}
