using System.Security.Cryptography;
using System.Text;
using Transponder.Core.Data;
using Xunit;

namespace Transponder.Tests.Integrations.Artifacts;

/// <summary>What every place for users' files does, over real HTTP.</summary>
public abstract class ArtifactStoreContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("a package of code");
    private static readonly HttpClient Client = new(new SocketsHttpHandler());

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static byte[] Digest => CryptographicOperations.HashData(HashAlgorithmName.MD5, Content);

    protected abstract Task<IArtifactStore> OpenAsync();

    [Fact]
    public async Task Upload_ThenDownload_IsTheSame()
    {
        var store = await OpenAsync();
        const string key = "flyte/p/d/AB======/a ä%2F+.tar";
        Assert.Null(await store.FindAsync(key, Token));

        var signed = await store.SignUploadAsync(key, new UploadTerms(Digest, KeepMd5: true, Minute), Token);
        Assert.Equal(200, await PutAsync(signed.Url, Content, signed.Headers));

        Assert.Equal(Digest, (await store.FindAsync(key, Token))!.Md5);
        Assert.Equal(Content, await Client.GetByteArrayAsync(await store.SignDownloadAsync(key, Minute, Token), Token));
    }

    [Fact]
    public async Task Upload_WithoutDigest_TakesAnyContent()
    {
        var store = await OpenAsync();
        var signed = await store.SignUploadAsync("p/d/base/any", new UploadTerms([], KeepMd5: false, Minute), Token);

        Assert.Empty(signed.Headers);
        Assert.Equal(200, await PutAsync(signed.Url, Content, signed.Headers));
        Assert.NotNull(await store.FindAsync("p/d/base/any", Token));
    }

    [Fact]
    public async Task NativeUrl_OfAKey_LeadsBackToIt()
    {
        var store = await OpenAsync();

        Assert.Equal("p/d/AB======/a ä.tar", store.KeyOf(store.NativeUrl("p/d/AB======/a ä.tar")));
        Assert.Null(store.KeyOf("s3://somebody-else/p/d/x"));
        Assert.Null(store.KeyOf("file:///etc/passwd"));
        Assert.Null(store.KeyOf("gs://bucket/x"));
        Assert.Null(store.KeyOf(""));
    }

    protected static async Task<int> PutAsync(Uri url, byte[] content, IReadOnlyDictionary<string, string> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, Token);
        return (int)response.StatusCode;
    }

    protected static async Task<int> GetAsync(Uri url)
    {
        using var response = await Client.GetAsync(url, Token);
        return (int)response.StatusCode;
    }
}
