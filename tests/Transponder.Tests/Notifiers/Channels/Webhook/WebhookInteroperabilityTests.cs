using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Webhook;

/// <summary>What we send, checked by receivers that share no code with us: the npm libraries of both specifications, and plain Python.</summary>
[Trait("needs", "servers")]
public sealed class WebhookInteroperabilityTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string RawSecret = "päss wörd";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData(Secret, WebhookFormat.Native)]
    [InlineData(Secret, WebhookFormat.CloudEvents)]
    [InlineData(RawSecret, WebhookFormat.Native)]
    public async Task Signature_OfARealRequest_IsAcceptedByTheReferenceLibrary(string secret, WebhookFormat format)
    {
        Assert.SkipUnless(
            Directory.Exists(Repository.File("node_modules/standardwebhooks")),
            "the npm packages are not installed: run npm ci"
        );
        var received = await ReceiveAsync(secret, format);

        var output = (await NodeScript.RunAsync("Notifiers/Channels/Webhook/verify.js", input: received)).Succeeded();

        Assert.Contains("forged body: No matching signature found", output, StringComparison.Ordinal);
        if (format == WebhookFormat.CloudEvents)
        {
            var line = output.Split('\n').Single(l => l.StartsWith("event: ", StringComparison.Ordinal));
            var read = JsonElement.Parse(line["event: ".Length..]);
            Assert.Equal("dev.transponder.notification.failed", read.GetProperty("type").GetString());
            Assert.Equal("p/d/n", read.GetProperty("subject").GetString());
            Assert.Equal(
                "it broke: Größe 👩‍💻",
                read.GetProperty("data").GetProperty("execution").GetProperty("error").GetProperty("message").GetString()
            );
        }
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData(RawSecret)]
    public async Task Signature_OfARealRequest_IsAcceptedByTheDocumentedPython(string secret)
    {
        var received = await ReceiveAsync(secret, WebhookFormat.Native);

        (
            await PythonScript.RunAsync("Notifiers/Channels/Webhook/verify.py", [Repository.File("docs/channels/webhook.md")], received)
        ).Succeeded();
    }

    [Fact]
    public async Task Signature_OfAnotherSecret_IsRefusedByTheDocumentedPython()
    {
        var received = await ReceiveAsync(Secret, WebhookFormat.Native);

        var result = await PythonScript.RunAsync(
            "Notifiers/Channels/Webhook/verify.py",
            [Repository.File("docs/channels/webhook.md")],
            received.Replace(Secret, "another", StringComparison.Ordinal)
        );

        Assert.Equal(7, result.ExitCode);
    }

    private static async Task<string> ReceiveAsync(string secret, WebhookFormat format)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var http = LoopbackHttp.Open();
        var options = new WebhookOptions
        {
            Url = SecretRef.FromValue(receiver.Url),
            Format = format,
            SigningSecret = SecretRef.FromValue(secret),
            PreviousSigningSecrets = [SecretRef.FromValue("an older one")],
            Timeout = LoopbackHttp.Patience,
        };
        await using var notifier = new WebhookNotifier(options, http);
        var result = await notifier.SendAsync(
            new Message
            {
                Id = "dlv_01J",
                Title = "t",
                Body = "b",
                CreatedAt = TimeProvider.System.GetUtcNow(),
                Execution = new ExecutionInfo
                {
                    Project = "p",
                    Domain = "d",
                    Name = "n",
                    Phase = "failed",
                    ErrorMessage = "it broke: Größe 👩‍💻",
                },
            },
            TestContext.Current.CancellationToken
        );
        Outcome.Is<DeliveryResult.Delivered>(result);
        var request = receiver.Received.Single();
        var headers = request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value);
        return JsonSerializer.Serialize(
            new
            {
                headers,
                body = Convert.ToBase64String(request.Body),
                secret,
                format = format.ToString(),
            },
            Readable
        );
    }
}
