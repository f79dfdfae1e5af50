using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Outbound;

public sealed class HttpAnswersTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Theory]
    [InlineData(200, "Delivered", DeliveryReason.Ok, null)]
    [InlineData(202, "Delivered", DeliveryReason.Ok, null)]
    [InlineData(204, "Delivered", DeliveryReason.Ok, null)]
    [InlineData(301, "Rejected", DeliveryReason.Redirected, RejectionScope.Destination)]
    [InlineData(304, "Rejected", DeliveryReason.Redirected, RejectionScope.Destination)]
    [InlineData(308, "Rejected", DeliveryReason.Redirected, RejectionScope.Destination)]
    [InlineData(400, "Rejected", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(401, "Rejected", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, "Rejected", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, "Rejected", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(405, "Rejected", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(408, "Retry", DeliveryReason.Timeout, null)]
    [InlineData(409, "Rejected", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(410, "Rejected", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData(413, "Rejected", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(422, "Rejected", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(425, "Retry", DeliveryReason.ServerError, null)]
    [InlineData(429, "Retry", DeliveryReason.Throttled, null)]
    [InlineData(500, "Retry", DeliveryReason.ServerError, null)]
    [InlineData(503, "Retry", DeliveryReason.ServerError, null)]
    [InlineData(599, "Retry", DeliveryReason.ServerError, null)]
    [InlineData(799, "Retry", DeliveryReason.ProtocolError, null)]
    public void Classify_Status_HasItsResult(int status, string kind, DeliveryReason reason, RejectionScope? scope)
    {
        var result = HttpAnswers.Classify(new HttpAnswer { Status = status });

        Assert.Equal(kind, result.GetType().Name);
        Assert.Equal(reason, result.Reason);
        Assert.Equal(scope, (result as DeliveryResult.Rejected)?.Scope);
        Assert.Contains($"HTTP {status}", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData("0", null)]
    [InlineData("1.5", 1.5)]
    [InlineData("99999999", 3600.0)]
    [InlineData("Fri, 02 Jan 2026 03:04:35 GMT", 30.0)]
    [InlineData("Fri, 02 Jan 2026 09:04:35 GMT", 3600.0)]
    [InlineData("Fri, 02 Jan 2026 03:04:00 GMT", null)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    public async Task RetryAfter_InAnyForm_IsADelayOfAtMostAnHour(string header, double? seconds)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.RetryAfter(429, header));
        using var http = LoopbackHttp.Open(Clock);
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url);

        var result = HttpAnswers.Classify(await http.SendAsync(request, [], TestContext.Current.CancellationToken));

        var retry = Outcome.Is<DeliveryResult.Retry>(result);
        Assert.Equal(DeliveryReason.Throttled, retry.Reason);
        Assert.Equal(seconds, retry.After?.TotalSeconds);
    }

    [Theory]
    [InlineData("no such token T0KEN/B0T/abcdefgh here", "HTTP 404: no such token *** here")]
    [InlineData("Cannot POST /services/T0KEN/B0T/abcdefgh?key=querysecret", "HTTP 404: Cannot POST ***")]
    [InlineData("unknown abcdefgh12", "HTTP 404: unknown ***12")]
    [InlineData("Bearer sesame-open was refused", "HTTP 404: Bearer *** was refused")]
    [InlineData("key querysecret", "HTTP 404: key ***")]
    [InlineData("two\r\nlines\u0000", "HTTP 404: two lines")]
    [InlineData(" <!doctype html><p>page</p>", "HTTP 404")]
    [InlineData("", "HTTP 404")]
    public async Task Detail_OfAnAnswer_IsOneLineWithoutSecrets(string body, string detail)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Of(404, body));
        using var http = LoopbackHttp.Open(Clock);
        var url = receiver.UrlOn("127.0.0.1").Replace("/hook", "/services/T0KEN/B0T/abcdefgh?key=querysecret", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, url);

        var answer = await http.SendAsync(request, ["sesame-open", "T0KEN/B0T/abcdefgh"], TestContext.Current.CancellationToken);

        Assert.Equal(detail, HttpAnswers.Classify(answer).Detail);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("👩")]
    [InlineData("x👩")]
    public void Detail_OfALongAnswer_IsCutBetweenCharacters(string piece)
    {
        var body = string.Concat(Enumerable.Repeat(piece, 5000));
        var detail = HttpAnswers.Classify(new HttpAnswer { Status = 500, Body = body }).Detail;

        Assert.InRange(detail.Length, 200, 250);
        Assert.True(detail.EnumerateRunes().All(r => r.Value != 0xFFFD));
    }
}
