using System.Text;
using Transponder.Cloud.Aws;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Sns;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Sns;

/// <summary>What each of SNS's answers means; a server that speaks its wire gives those that no emulator gives.</summary>
public sealed class SnsAnswersTests : IAsyncLifetime
{
    private const string Topic = "arn:aws:sns:eu-west-1:123456789012:events";
    private static readonly AwsCredentials User = new("AKIAANSWERS", "wJalrXUtnFEMI");

    private WebhookReceiver service = null!;
    private SnsSink sink = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        service = await WebhookReceiver.StartAsync();
        sink = Sink(Topic);
    }

    public async ValueTask DisposeAsync()
    {
        await sink.DisposeAsync();
        await service.DisposeAsync();
    }

    [Theory]
    [InlineData(400, "Throttled", "Rate exceeded")]
    [InlineData(400, "InvalidParameter", "Invalid parameter: TopicArn Reason: no value for required parameter")]
    [InlineData(400, "KMSDisabled", "the key is disabled; message cannot be encrypted")]
    [InlineData(403, "AuthorizationError", "User is not authorized to perform: SNS:Publish on the message")]
    [InlineData(403, "ExpiredToken", "The security token included in the request is expired")]
    [InlineData(404, "NotFound", "Topic does not exist")]
    [InlineData(500, "InternalError", "try again")]
    public async Task Publish_RefusedForTheTopic_Fails(int status, string code, string message)
    {
        service.Answer = _ => ReceiverAnswer.Of(status, Error(code, message));

        var results = await sink.PublishAsync(Records(25), Token);

        Assert.All(results, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
        Assert.All(results, result => Assert.Contains(code, result.Detail));
    }

    [Theory]
    [InlineData("InvalidParameter", "Invalid parameter: Message too long")]
    [InlineData("InvalidParameterValue", "Invalid parameter: Message contains characters that are not allowed")]
    [InlineData("InvalidParameter", "Invalid parameter: Subject")]
    public async Task Publish_RefusedForTheMessage_IsRejected(string code, string message)
    {
        service.Answer = _ => ReceiverAnswer.Of(400, Error(code, message));

        var result = Assert.Single(await sink.PublishAsync(Records(1), Token));

        Assert.Equal(PublishOutcome.Rejected, result.Outcome);
    }

    [Fact]
    public async Task Publish_BatchRefusedForOneMessage_TriesEachAlone()
    {
        service.Answer = request =>
            Form(request).Contains("Action=PublishBatch") ? ReceiverAnswer.Of(400, Error("BatchRequestTooLong", "too long"))
            : Form(request).Contains("Message=AQ%3D%3D")
                ? ReceiverAnswer.Of(400, Error("InvalidParameter", "Invalid parameter: Message too long"))
            : ReceiverAnswer.Of(200, Sent);

        var results = await sink.PublishAsync(Records(3), Token);

        Assert.Equal([PublishOutcome.Confirmed, PublishOutcome.Rejected, PublishOutcome.Confirmed], results.Select(r => r.Outcome));
    }

    [Fact]
    public async Task Publish_EntriesOfABatch_HaveResultsOfTheirOwn()
    {
        service.Answer = _ =>
            ReceiverAnswer.Of(
                200,
                """
                <PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>
                <Failed><member><Id>2</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>
                <member><Id>1</Id><Code>InvalidParameter</Code><Message>Invalid parameter: Message too long</Message><SenderFault>true</SenderFault></member></Failed>
                <Successful><member><Id>0</Id><MessageId>m</MessageId></member></Successful>
                </PublishBatchResult></PublishBatchResponse>
                """
            );

        var results = await sink.PublishAsync(Records(4), Token);

        Assert.Equal(
            [PublishOutcome.Confirmed, PublishOutcome.Rejected, PublishOutcome.Failed, PublishOutcome.Failed],
            results.Select(result => result.Outcome)
        );
        Assert.Contains("does not say", results[3].Detail);
    }

    [Fact]
    public async Task Publish_OfOneKey_WaitsForItsPredecessor()
    {
        service.Answer = request => ReceiverAnswer.Of(200, Sent) with { Status = Form(request).Contains("Message=Ag%3D%3D") ? 500 : 200 };
        var records = Enumerable.Range(0, 5).Select(i => SnsSamples.RawRecord("p/d/one", i, [(byte)i])).ToList();

        var results = await sink.PublishAsync(records, Token);

        Assert.Equal(
            [PublishOutcome.Confirmed, PublishOutcome.Confirmed, PublishOutcome.Failed, PublishOutcome.Failed, PublishOutcome.Failed],
            results.Select(result => result.Outcome)
        );
        Assert.Equal(3, service.Received.Count);
    }

    [Fact]
    public async Task Publish_Throttled_PassesTheDelayOnAndLeavesTheRest()
    {
        service.Answer = _ => ReceiverAnswer.RetryAfter(503, "7");

        var results = await sink.PublishAsync(Records(100), Token);

        Assert.All(results, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
        Assert.Contains(results, result => result.RetryAfter == TimeSpan.FromSeconds(7));
        Assert.InRange(service.Received.Count, 1, 4);
    }

    [Fact]
    public async Task Publish_ToAProxyThatAnswersHtml_Fails()
    {
        service.Answer = _ => ReceiverAnswer.Of(200, "<html><p>log in</html>");

        var results = await sink.PublishAsync(Records(2), Token);

        Assert.All(results, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
    }

    [Fact]
    public async Task Publish_SignatureRefused_ShowsNothingOfTheRequest()
    {
        var message =
            "The request signature we calculated does not match. The Canonical String was 'POST x-amz-security-token:wJalrXUtnFEMI'";
        service.Answer = _ => ReceiverAnswer.Of(403, Error("SignatureDoesNotMatch", message));

        var result = Assert.Single(await sink.PublishAsync(Records(1), Token));

        Assert.DoesNotContain("wJalrXUtnFEMI", result.Detail);
        Assert.Contains("clock", result.Detail);
    }

    [Fact]
    public async Task Publish_NoAnswerInTime_Fails()
    {
        service.Answer = _ => ReceiverAnswer.Hang;
        var options = SnsSamples.Options(new Uri(service.Url), Topic, User) with { Timeout = TimeSpan.FromMilliseconds(200) };
        await using var impatient = new SnsSink(options, TimeProvider.System);

        var result = Assert.Single(await impatient.PublishAsync(Records(1), Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("no answer within 0.2 s", result.Detail);
    }

    [Fact]
    public async Task Publish_FifoTopic_SendsGroupAndDeduplicationId()
    {
        service.Answer = _ => ReceiverAnswer.Of(200, Sent);
        await using var fifo = Sink(Topic + ".fifo");
        var record = SnsSamples.RawRecord("p/d/n", 1, [1]);

        await fifo.PublishAsync([record], Token);

        var form = Form(Assert.Single(service.Received));
        Assert.Contains("&MessageGroupId=p%2Fd%2Fn&", form);
        Assert.Contains($"&MessageDeduplicationId={record.EventId:N}-", form);
        Assert.DoesNotContain("MessageAttributes", form);
    }

    private const string Sent =
        """<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>""";

    private static string Error(string code, string message) =>
        $"""
            <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>
            """;

    private static string Form(ReceivedRequest request) => Encoding.UTF8.GetString(request.Body);

    private static List<EgressRecord> Records(int count) =>
        [.. Enumerable.Range(0, count).Select(i => SnsSamples.RawRecord($"p/d/e{i}", i, [(byte)i]))];

    private SnsSink Sink(string topic) => new(SnsSamples.Options(new Uri(service.Url), topic, User), TimeProvider.System);
}
