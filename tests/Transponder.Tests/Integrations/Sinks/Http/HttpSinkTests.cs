using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Http;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Http;

[Trait("needs", "servers")]
public sealed class HttpSinkTests : IAsyncLifetime
{
    private WebhookReceiver receiver = null!;
    private OutboundHttp http = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await WebhookReceiver.StartAsync();
        http = new OutboundHttp(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.0/8"], out _) });
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await receiver.DisposeAsync();
    }

    [Theory]
    [InlineData(HttpSinkMode.Binary)]
    [InlineData(HttpSinkMode.Structured)]
    [InlineData(HttpSinkMode.Batch)]
    public async Task Signature_OfARequest_IsAcceptedByTheReferenceLibrary(HttpSinkMode mode)
    {
        const string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        await using var sink = Sink(o => o with { Mode = mode, SigningSecret = SecretRef.FromValue(secret) });

        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([SampleRecords.Of()], Token));

        var request = Assert.Single(receiver.Received);
        var headers = request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value);
        var input = JsonSerializer.Serialize(
            new
            {
                headers,
                body = request.Body,
                secret,
            }
        );
        Assert.Contains(
            "forged body: No matching",
            (await NodeScript.RunAsync("Notifiers/Channels/Webhook/verify.js", input: input)).Succeeded()
        );
    }

    [Fact]
    public async Task Gzip_Body_IsCompressed()
    {
        await using var sink = Sink(o => o with { Gzip = true });

        await sink.PublishAsync([SampleRecords.Of(bytes: 5000)], Token);

        var request = Assert.Single(receiver.Received);
        Assert.Equal("gzip", request.Header("content-encoding"));
        Assert.InRange(request.Body.Length, 1, 1000);
    }

    [Theory]
    [InlineData(400, PublishOutcome.Rejected)]
    [InlineData(413, PublishOutcome.Rejected)]
    [InlineData(415, PublishOutcome.Rejected)]
    [InlineData(422, PublishOutcome.Rejected)]
    [InlineData(302, PublishOutcome.Failed)]
    [InlineData(401, PublishOutcome.Failed)]
    [InlineData(403, PublishOutcome.Failed)]
    [InlineData(404, PublishOutcome.Failed)]
    [InlineData(408, PublishOutcome.Failed)]
    [InlineData(409, PublishOutcome.Failed)]
    [InlineData(410, PublishOutcome.Failed)]
    [InlineData(500, PublishOutcome.Failed)]
    [InlineData(503, PublishOutcome.Failed)]
    public async Task Status_OfAnAnswer_DecidesTheOutcome(int status, PublishOutcome expected)
    {
        receiver.Answer = _ => ReceiverAnswer.Of(status, "because");
        await using var sink = Sink(o => o);

        var results = await sink.PublishAsync([SampleRecords.Of(number: 1), SampleRecords.Of(number: 2)], Token);

        Assert.Equal([expected, PublishOutcome.Failed], results.Select(result => result.Outcome));
        Assert.Contains($"HTTP {status}: because", results[0].Detail);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Throttled_Answer_StopsTheCallAndTellsHowLong()
    {
        receiver.Answer = _ => ReceiverAnswer.RetryAfter(429, "7");
        await using var sink = Sink(o => o with { Concurrency = 1 });

        var results = await sink.PublishAsync(SampleRecords.Mixed(executions: 30, each: 1), Token);

        Assert.All(results, result => Assert.Equal(TimeSpan.FromSeconds(7), result.RetryAfter));
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Receiver_ThatHangs_FailsAtTheTimeoutOnce()
    {
        receiver.Answer = _ => ReceiverAnswer.Hang;
        await using var sink = Sink(o => o with { Timeout = TimeSpan.FromMilliseconds(300), Concurrency = 1 });

        var results = await sink.PublishAsync(SampleRecords.Mixed(executions: 30, each: 1), Token);

        Assert.All(results, result => Assert.Equal("no answer within 0.3 s", result.Detail));
        // The time may be over before the request has arrived.
        Assert.InRange(receiver.Received.Count, 0, 1);
    }

    [Fact]
    public async Task Batch_WithACulprit_IsHalvedUntilItStandsAlone()
    {
        var culprit = SampleRecords.Of("bad", 1);
        receiver.Answer = request =>
            ReceiverAnswer.Of(System.Text.Encoding.UTF8.GetString(request.Body).Contains(culprit.Event!.Id) ? 422 : 200);
        await using var sink = Sink(o => o with { Mode = HttpSinkMode.Batch });
        EgressRecord[] records =
        [
            .. SampleRecords.Mixed(executions: 10, each: 1),
            culprit,
            .. SampleRecords.Mixed(executions: 10, each: 1, prefix: "f"),
            SampleRecords.Of("bad", 2),
        ];

        var results = await sink.PublishAsync(records, Token);

        Assert.Equal(PublishOutcome.Rejected, results[10].Outcome);
        Assert.Equal(PublishResult.Behind, results[21]);
        Assert.Equal(20, results.Count(result => result.Outcome == PublishOutcome.Confirmed));
        Assert.InRange(receiver.Received.Count, 5, 12);
    }

    [Fact]
    public async Task Handshake_BeforeTheFirstRequest_AsksOnce()
    {
        receiver.Answer = Consent("transponder.example", "*");
        await using var sink = Sink(o => o with { Handshake = true, Origin = "transponder.example", Rate = 120 });

        await sink.PublishAsync([SampleRecords.Of(number: 1), SampleRecords.Of(number: 2)], Token);

        Assert.Equal(["OPTIONS", "POST", "POST"], receiver.Received.Select(request => request.Method));
        Assert.Equal("transponder.example", receiver.Received[0].Header("WebHook-Request-Origin"));
        Assert.Equal("120", receiver.Received[0].Header("WebHook-Request-Rate"));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(200, "other.example")]
    [InlineData(405, "*")]
    public async Task Handshake_WithoutConsent_SendsNothing(int status, string? origin)
    {
        receiver.Answer = request => Consent(origin, null)(request) with { Status = status };
        await using var sink = Sink(o => o with { Handshake = true });

        var result = Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("does not consent", result.Detail);
        Assert.Equal(["OPTIONS"], receiver.Received.Select(request => request.Method));
    }

    [Fact]
    public async Task Handshake_WithALowRate_DefersTheRest()
    {
        receiver.Answer = Consent("*", "2");
        await using var sink = Sink(o => o with { Handshake = true });

        var results = await sink.PublishAsync(SampleRecords.Mixed(executions: 1, each: 3), Token);

        Assert.Equal([PublishOutcome.Confirmed, PublishOutcome.Failed, PublishOutcome.Failed], results.Select(result => result.Outcome));
        Assert.Equal(TimeSpan.FromSeconds(30), results[1].RetryAfter);
        Assert.Equal(2, receiver.Received.Count);
    }

    [Fact]
    public async Task Url_ThatLeadsInside_IsRefused()
    {
        using var strict = new OutboundHttp(new OutboundOptions { Policy = new OutboundPolicy { AllowHttp = true } });
        await using var sink = new HttpSink(new HttpSinkOptions { Url = SecretRef.FromValue(receiver.Url) }, strict);

        var result = Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("outbound.allow", result.Detail);
        Assert.Empty(receiver.Received);
    }

    private static Func<ReceivedRequest, ReceiverAnswer> Consent(string? origin, string? rate)
    {
        var headers = new Dictionary<string, string>();
        if (origin is not null)
            headers["WebHook-Allowed-Origin"] = origin;
        if (rate is not null)
            headers["WebHook-Allowed-Rate"] = rate;
        return _ => new ReceiverAnswer { Headers = headers };
    }

    private HttpSink Sink(Func<HttpSinkOptions, HttpSinkOptions> configure) =>
        new(configure(new HttpSinkOptions { Url = SecretRef.FromValue(receiver.Url) }), http);
}
