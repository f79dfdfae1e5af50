using Transponder.Server.Commands.Demo;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Server.Commands.Demo;

public sealed class DemoScreenTests
{
    [Fact]
    public void Output_IntoAPipe_IsPlainAndFitsIntoEightyColumns()
    {
        using var output = new StringWriter();
        var screen = new DemoScreen(output, piped: true);

        screen.Title("nightly [1] fails");
        screen.Step("node n0", "[Failed]");
        screen.Delivered(
            new Delivery
            {
                Channel = "email",
                Target = "team@example.com",
                Attempts = { new DeliveryAttempt { LatencyMs = 12 } },
            }
        );
        screen.Mail(DemoMail.Parse("a@b", ["team@example.com"], $"Subject: x\n\n{new string('w', 500)} [red]\n"));
        screen.Call(new DemoWebhookCall("dlv_1", true, """{"error":{"message":"<b> “q”"},"n":1}"""));

        var text = output.ToString();
        Assert.DoesNotContain('\u001b', text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("nightly [1] fails", text);
        Assert.Contains("delivered to team@example.com by email in 12 ms", text);
        Assert.Contains(
            """
            "message": "<b> “q”"
            """.Trim(),
            text
        );
    }
}
