using System.Text.Json;
using Transponder.Cloud.Aws;
using Transponder.Integrations.Aws;
using Transponder.Integrations.Channels.Ses;
using Transponder.Notifiers;
using Transponder.Tests.Notifiers.Channels;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Channels.Ses;

/// <summary>SES with signatures and permissions that are checked.</summary>
[Trait("needs", "servers")]
public sealed class SesAccountTests(AwsAccount shared)
{
    private const string MayNothing = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_VerifiedSender_Arrives()
    {
        var aws = await shared.StartedAsync();
        await aws.CallAsync("ses", "VerifyEmailIdentity", ("EmailAddress", "flyte@example.com"));

        var result = await SendAsync(aws, aws.Administrator, "flyte@example.com");

        var id = Outcome.Is<DeliveryResult.Delivered>(result).Receipt;
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        var sent = await Eventually.NotNullAsync(() => SentAsync(http, aws, id!), "the account's list of what was sent");
        var mail = ReceivedMime.Parse(System.Text.Encoding.UTF8.GetBytes(sent.ReplaceLineEndings("\r\n")));
        Assert.Equal("my_wf has failed", mail.Decoded("Subject"));
        Assert.Contains("Größe", mail.Body);
    }

    [Theory]
    [InlineData(true, "flyte-2@example.com")]
    [InlineData(false, "nobody-verified@example.com")]
    public async Task Send_NotPermittedOrNotVerified_ParksTheDestination(bool verified, string sender)
    {
        var aws = await shared.StartedAsync();
        if (verified)
            await aws.CallAsync("ses", "VerifyEmailIdentity", ("EmailAddress", sender));

        var result = await SendAsync(aws, verified ? await aws.CreateUserAsync(MayNothing) : aws.Administrator, sender);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
    }

    [Fact]
    public async Task Send_WrongSecret_ParksTheDestination()
    {
        var aws = await shared.StartedAsync();

        var result = await SendAsync(aws, aws.Administrator with { SecretKey = "wrong" }, "flyte@example.com");

        Assert.Equal(DeliveryReason.AuthFailed, Outcome.Is<DeliveryResult.Rejected>(result).Reason);
    }

    // All that the account holds; while another test changes it, the account answers with an error.
    private static async Task<string?> SentAsync(HttpMessageInvoker http, AwsAccount aws, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(aws.Endpoint, "/moto-api/data.json"));
        using var answer = await http.SendAsync(request, Token);
        if (!answer.IsSuccessStatusCode)
            return null;
        using var data = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return data
            .RootElement.GetProperty("ses")
            .GetProperty("RawMessage")
            .EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == id)
            .GetProperty("raw_data")
            .GetString();
    }

    private static async Task<DeliveryResult> SendAsync(AwsAccount aws, AwsCredentials user, string sender)
    {
        await using var notifier = new SesNotifier(
            new SesOptions
            {
                From = sender,
                Region = AwsAccount.Region,
                Endpoint = aws.Endpoint,
                Timeout = LoopbackHttp.Patience,
                Identity = new AwsIdentity
                {
                    AccessKey = SecretRef.FromValue(user.AccessKey),
                    SecretKey = SecretRef.FromValue(user.SecretKey),
                },
            }
        );
        return await notifier.SendAsync(SampleMessage.Failed with { Target = "ada@example.com" }, Token);
    }
}
