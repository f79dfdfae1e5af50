using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Apprise;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Apprise;

/// <summary>Apprise itself takes what the channel says: its library behind the API's routes, passing on to a webhook.</summary>
[Trait("needs", "servers")]
public sealed class AppriseInteroperabilityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ThroughApprise_ReachesTheServiceOfItsTag()
    {
        var python = await PythonScript.RequireAsync("apprise");
        await using var service = await WebhookReceiver.StartAsync();
        await using var apprise = ChildProcess.Start(
            python,
            [
                Repository.TestFile("Notifiers/Channels/Apprise/apprise_api.py"),
                "team",
                // The longest that Apprise waits to connect and to read.
                $"ops=json://127.0.0.1:{service.Port}/ops?cto=90&rto=90",
            ]
        );
        var line = await apprise.LineAsync("listening on ");
        using var http = LoopbackHttp.Open();
        await using var notifier = new AppriseNotifier(
            new AppriseOptions
            {
                ServerUrl = $"http://127.0.0.1:{line.Split(' ')[^1]}",
                Key = SecretRef.FromValue("team"),
                Timeout = TimeSpan.FromMinutes(2),
            },
            http
        );
        var html = SampleMessage.Failed with { Body = "It <b>broke</b>: &lt;row 17&gt;", Format = BodyFormat.Html, Target = "ops" };

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(SampleMessage.Failed with { Target = "ops" }, Token));
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(html, Token));
        var nobody = Outcome.Is<DeliveryResult.Retry>(await notifier.SendAsync(SampleMessage.Failed with { Target = "others" }, Token));

        Assert.Equal(DeliveryReason.ServerError, nobody.Reason);
        Assert.Equal(["/ops", "/ops"], service.Received.Select(request => request.Path));
        var (first, second) = (service.Received[0].Json, service.Received[1].Json);
        Assert.Equal(("my_wf has failed", "failure"), (Text(first, "title"), Text(first, "type")));
        Assert.Contains("column “price” <row 17> Größe 👩‍💻\nSee [the page]", Text(first, "message"));
        Assert.Contains("broke", Text(second, "message"));
        Assert.Contains("<row 17>", System.Net.WebUtility.HtmlDecode(Text(second, "message")));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
