using System.Text.Json;
using Transponder.Cloud.Gcp;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Cloud.Gcp;

public sealed class GcpTokenSourceTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private readonly TempDirectory folder = new();
    private FakeGoogle google = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => google = await FakeGoogle.StartAsync(time);

    public async ValueTask DisposeAsync()
    {
        await google.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Get_ServiceAccountKey_IsExchangedBySignature()
    {
        using var source = Source(Key());

        Assert.Equal("ya29.key-1", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_AuthorizedUser_IsExchangedByRefreshToken()
    {
        using var source = Source(User("refresh-secret"));

        var token = await source.GetAsync(Cancellation);

        Assert.Equal(("ya29.user-1", "billed"), (token.Value, token.QuotaProject));
        Assert.DoesNotContain("ya29", token.ToString());
    }

    [Fact]
    public async Task Get_RefusedRefreshToken_SaysWhyWithoutIt()
    {
        using var source = Source(User("revoked-secret"));

        var error = await Assert.ThrowsAsync<GcpCredentialException>(async () => await source.GetAsync(Cancellation));

        Assert.Contains("invalid_grant", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_FederatedFile_IsExchangedAndImpersonates(bool impersonates)
    {
        using var source = Source(Federated(new { file = folder.Write("subject", "subject\n") }, impersonates));

        Assert.StartsWith(impersonates ? "ya29.impersonated" : "ya29.federated", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_FederatedUrl_IsFetchedWithItsHeaders()
    {
        var from = new
        {
            url = $"{google.Url}/subject",
            headers = new Dictionary<string, string> { ["x-pool"] = "p" },
            format = new { type = "json", subject_token_field_name = "value" },
        };
        using var source = Source(Federated(from, impersonates: false));

        Assert.Equal("ya29.federated-1", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_WithoutFiles_AsksTheMetadataServer()
    {
        using var source = new GcpTokenSource(
            new GcpCredentialOptions { Environment = new GcpEnvironment { MetadataHost = new Uri(google.Url).Authority } },
            time
        );

        Assert.Equal("ya29.machine-1", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_GcloudsOwnFile_ComesBeforeTheMetadataServer()
    {
        folder.Write("application_default_credentials.json", JsonSerializer.Serialize(User("refresh-secret")));
        using var source = new GcpTokenSource(
            new GcpCredentialOptions
            {
                Environment = new GcpEnvironment { ToolsDirectory = folder.Path, MetadataHost = new Uri(google.Url).Authority },
            },
            time
        );

        Assert.Equal("ya29.user-1", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_NothingAnywhere_SaysWhereItLooked()
    {
        using var source = new GcpTokenSource(new GcpCredentialOptions { Environment = new GcpEnvironment { NoMetadata = true } }, time);

        var error = await Assert.ThrowsAsync<GcpCredentialException>(async () => await source.GetAsync(Cancellation));

        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", error.Message);
    }

    [Theory]
    [InlineData("{}", "which is not known")]
    [InlineData("no", "is not JSON")]
    [InlineData(
        """{"type":"service_account","client_email":"a@b","private_key":"bad","token_uri":"https://127.0.0.1:1/"}""",
        "is not an RSA key"
    )]
    [InlineData("""{"type":"service_account","client_email":"a@b","private_key":"x","token_uri":"http://example.com/"}""", "https")]
    public async Task Get_WrongFile_SaysWhatIsWrong(string content, string problem)
    {
        using var source = new GcpTokenSource(new GcpCredentialOptions { File = folder.Write("wrong.json", content) }, time);

        var error = await Assert.ThrowsAsync<GcpCredentialException>(async () => await source.GetAsync(Cancellation));

        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public async Task Get_ManyAtOnce_AskOnce()
    {
        using var source = Source(Key());

        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => source.GetAsync(Cancellation).AsTask()));

        Assert.Single(tokens.Distinct());
        Assert.Equal(1, google.Requests);
    }

    [Fact]
    public async Task Get_NearTheEnd_RenewsBehindAndKeepsTheOldWhileItIsGood()
    {
        using var source = Source(Key());
        var first = await source.GetAsync(Cancellation);

        time.Advance(TimeSpan.FromMinutes(57));
        google.Down = true;
        Assert.Same(first, await source.GetAsync(Cancellation));
        await Eventually.TrueAsync(() => google.Failures == 1, "the attempt to renew");
        google.Down = false;
        // Longer than the pause between two attempts, shorter than what one of them may take.
        time.Advance(TimeSpan.FromSeconds(12));
        Assert.Same(first, await source.GetAsync(Cancellation));
        await Eventually.TrueAsync(async () => !ReferenceEquals(first, await source.GetAsync(Cancellation)), "a new token");
    }

    [Fact]
    public async Task Forget_RefusedToken_AsksAnew()
    {
        using var source = Source(Key());
        source.Forget(await source.GetAsync(Cancellation));

        Assert.Equal("ya29.key-2", (await source.GetAsync(Cancellation)).Value);
    }

    private GcpTokenSource Source(object file) =>
        new(
            new GcpCredentialOptions
            {
                Environment = new GcpEnvironment { CredentialsFile = folder.Write("credentials.json", JsonSerializer.Serialize(file)) },
            },
            time
        );

    private object Key() =>
        new
        {
            type = "service_account",
            client_email = FakeGoogle.Account,
            private_key_id = "key-1",
            private_key = google.PrivateKey,
            token_uri = $"{google.Url}/token",
        };

    private object User(string refresh) =>
        new
        {
            type = "authorized_user",
            client_id = "client",
            client_secret = "client-secret",
            refresh_token = refresh,
            quota_project_id = "billed",
            token_uri = $"{google.Url}/token",
        };

    private object Federated(object from, bool impersonates) =>
        new
        {
            type = "external_account",
            audience = FakeGoogle.Pool,
            subject_token_type = "urn:ietf:params:oauth:token-type:jwt",
            token_url = $"{google.Url}/v1/token",
            credential_source = from,
            service_account_impersonation_url = impersonates
                ? $"{google.Url}/v1/projects/-/serviceAccounts/{FakeGoogle.Account}:generateAccessToken"
                : "",
        };
}
