using Transponder.Core.Data;
using Transponder.Integrations.Artifacts.S3;
using Transponder.Notifiers;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Artifacts.S3;

/// <summary>The bucket of a server that speaks S3's protocol.</summary>
[Trait("needs", "servers")]
public sealed class S3ArtifactStoreTests : ArtifactStoreContract, IAsyncLifetime
{
    private MotoServer moto = null!;
    private S3ArtifactStore? store;

    public async ValueTask InitializeAsync() => moto = await MotoServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        await moto.DisposeAsync();
    }

    [Fact]
    public async Task Find_WhenTheServiceIsAway_IsUnavailable()
    {
        using var away = new S3ArtifactStore(Options(new Uri($"http://127.0.0.1:{FreePort.Next()}")), TimeProvider.System);

        var error = await Assert.ThrowsAsync<RpcException>(() => away.FindAsync("x", Token));

        Assert.Equal(StatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task Sign_WithoutASecret_SaysWhereItWasLookedFor()
    {
        var options = Options(moto.Address) with { SecretKey = SecretRef.FromFile("/nowhere/secret") };
        using var keyless = new S3ArtifactStore(options, TimeProvider.System);

        var error = await Assert.ThrowsAsync<RpcException>(() => keyless.SignDownloadAsync("x", TimeSpan.FromMinutes(1), Token));

        Assert.Equal(StatusCode.FailedPrecondition, error.Code);
        Assert.Contains("/nowhere/secret", error.Message);
    }

    [Theory]
    [InlineData("files", null, false, "https://files.s3.eu-west-1.amazonaws.com/k?")]
    [InlineData("files", null, true, "https://s3.eu-west-1.amazonaws.com/files/k?")]
    [InlineData("a.b", null, false, "https://s3.eu-west-1.amazonaws.com/a.b/k?")]
    [InlineData("files", "http://minio:9000", true, "http://minio:9000/files/k?")]
    public async Task Sign_Address_FollowsTheOptions(string bucket, string? endpoint, bool pathStyle, string expected)
    {
        var options = Options(moto.Address) with
        {
            Bucket = bucket,
            Region = "eu-west-1",
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            PathStyle = pathStyle,
        };
        using var own = new S3ArtifactStore(options, TimeProvider.System);

        Assert.StartsWith(expected, (await own.SignDownloadAsync("k", TimeSpan.FromMinutes(1), Token)).OriginalString);
    }

    [Fact]
    public async Task Sign_PublicEndpoint_IsWhatClientsSee()
    {
        using var own = new S3ArtifactStore(
            Options(moto.Address) with
            {
                PublicEndpoint = new Uri("http://files.example.com"),
            },
            TimeProvider.System
        );

        Assert.Equal("files.example.com", (await own.SignDownloadAsync("k", TimeSpan.FromMinutes(1), Token)).Host);
    }

    protected override async Task<IArtifactStore> OpenAsync()
    {
        await moto.CreateBucketAsync("files");
        return store = new S3ArtifactStore(Options(moto.Address), TimeProvider.System);
    }

    private static S3Options Options(Uri endpoint) =>
        new()
        {
            Bucket = "files",
            Endpoint = endpoint,
            PathStyle = true,
            AccessKey = SecretRef.FromValue("id"),
            SecretKey = SecretRef.FromValue("secret"),
        };
}
