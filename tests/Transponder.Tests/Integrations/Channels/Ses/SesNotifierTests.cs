using Transponder.Integrations.Aws;
using Transponder.Integrations.Channels.Ses;
using Transponder.Notifiers;
using Transponder.Tests.Notifiers.Channels;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Channels.Ses;

public sealed class SesNotifierTests : IAsyncLifetime
{
    private SesServer _ses = null!;

    public async ValueTask InitializeAsync() => _ses = await SesServer.StartAsync();

    public ValueTask DisposeAsync() => _ses.DisposeAsync();

    [Fact]
    public async Task Send_Message_IsTheSameMailAsBySmtp()
    {
        var result = await SendAsync(
            SampleMessage.Failed,
            Options() with
            {
                From = $"Flyte Größe <{SesServer.Sender}>",
                ConfigurationSet = "flyte",
            }
        );

        Assert.Equal("0102018e-1", Outcome.Is<DeliveryResult.Delivered>(result).Receipt);
        var mail = Assert.Single(_ses.Mails);
        Assert.Equal(("my_wf has failed", "<dlv_01J@example.com>"), (mail.Decoded("Subject"), mail["Message-ID"]));
        Assert.Equal($"Flyte Größe <{SesServer.Sender}>", mail.Decoded("From"));
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        var request = _ses.Requests[0].Json;
        Assert.Equal("flyte", request.GetProperty("ConfigurationSetName").GetString());
        Assert.Equal("ada@example.com", request.GetProperty("Destination").GetProperty("ToAddresses")[0].GetString());
    }

    [Theory]
    [InlineData(400, "MessageRejected", "spam", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "BadRequestException:http://internal.amazon.com/", "bad", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(400, "SendingPausedException", "paused", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(400, "MailFromDomainNotVerifiedException", "no", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(403, "AccessDeniedException", "no ses:SendRawEmail", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData(404, "NotFoundException", "no set", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    public async Task Send_Refusal_MeansWhatThePageSays(int status, string code, string text, DeliveryReason reason, RejectionScope scope)
    {
        _ses.Trouble = _ => SesServer.Refuse(status, code, text);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed));

        Assert.Equal((reason, scope), (rejected.Reason, rejected.Scope));
    }

    [Fact]
    public async Task Send_UnverifiedSender_ParksTheDestination()
    {
        var result = await SendAsync(SampleMessage.Failed, Options() with { From = "other@example.com" });

        Assert.Equal(RejectionScope.Destination, Outcome.Is<DeliveryResult.Rejected>(result).Scope);
    }

    [Fact]
    public async Task Send_UnverifiedRecipient_CostsOnlyThatMail()
    {
        var result = await SendAsync(SampleMessage.Failed with { Target = "ada@unverified.example" });

        var rejected = Outcome.Is<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.RecipientRejected, RejectionScope.Message), (rejected.Reason, rejected.Scope));
    }

    [Theory]
    [InlineData(429, "TooManyRequestsException", DeliveryReason.Throttled)]
    [InlineData(400, "LimitExceededException", DeliveryReason.Throttled)]
    [InlineData(403, "ExpiredTokenException", DeliveryReason.ServerError)]
    [InlineData(503, "ServiceUnavailable", DeliveryReason.ServerError)]
    [InlineData(200, "", DeliveryReason.ProtocolError)]
    public async Task Send_Trouble_IsTriedAgain(int status, string code, DeliveryReason reason)
    {
        _ses.Trouble = _ => SesServer.Refuse(status, code, "x");

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(await SendAsync(SampleMessage.Failed)).Reason);
    }

    [Fact]
    public async Task Send_NoKey_SaysWhere()
    {
        var options = Options() with
        {
            Identity = new AwsIdentity { AccessKey = SecretRef.FromFile("/absent"), SecretKey = SecretRef.FromFile("/absent") },
        };

        var rejected = Outcome.Is<DeliveryResult.Rejected>(await SendAsync(SampleMessage.Failed, options));

        Assert.Equal(DeliveryReason.AuthFailed, rejected.Reason);
        Assert.Contains("/absent", rejected.Detail);
    }

    [Fact]
    public void Check_Mistakes_AreNamedWithTheirKeys()
    {
        Assert.Empty(Options().Check());
        var wrong = new SesOptions
        {
            From = "nobody",
            Region = "",
            ConfigurationSet = "two words",
            Identity = new AwsIdentity { AccessKey = SecretRef.FromValue("x") },
            Timeout = TimeSpan.Zero,
        };

        Assert.Equal(["from", "region", "configurationSet", "secretKey", "timeout"], wrong.Check().Select(problem => problem.Key));
    }

    private SesOptions Options() =>
        new()
        {
            From = SesServer.Sender,
            Region = "eu-west-1",
            Endpoint = _ses.Endpoint,
            Identity = new AwsIdentity
            {
                AccessKey = SecretRef.FromValue(SesServer.AccessKey),
                SecretKey = SecretRef.FromValue(SesServer.SecretKey),
            },
            Timeout = LoopbackHttp.Patience,
        };

    private async Task<DeliveryResult> SendAsync(Message message, SesOptions? options = null)
    {
        await using var notifier = new SesNotifier(options ?? Options());
        return await notifier.SendAsync(
            message with
            {
                Target = message.Target ?? "ada@example.com",
            },
            TestContext.Current.CancellationToken
        );
    }
}
