using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Transponder.Core.Data;
using Transponder.Integrations.Artifacts.Local;
using Transponder.Server.Data;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Artifacts.Local;

/// <summary>A directory behind the server's own endpoints.</summary>
public sealed class LocalArtifactStoreTests : ArtifactStoreContract, IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly TempDirectory folder = new();
    private readonly FakeTimeProvider time = new();
    private WebApplication web = null!;
    private LocalArtifactStore store = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        var options = new LocalArtifactOptions { Directory = folder.File("files"), MaxUploadBytes = 1000 };
        store = new LocalArtifactStore(
            options,
            () => new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
            time
        );
        new ArtifactEndpoints(store).Map(web);
        await web.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Url_AfterItsTime_IsRefused()
    {
        var signed = await store.SignUploadAsync("p/d/x", new UploadTerms([], false, Minute), Token);
        time.Advance(Minute);

        Assert.Equal(403, await PutAsync(signed.Url, [1], signed.Headers));
        Assert.Null(await store.FindAsync("p/d/x", Token));
    }

    [Fact]
    public async Task Url_Changed_IsRefused()
    {
        var signed = await store.SignUploadAsync("p/d/x", new UploadTerms([], false, Minute), Token);
        var url = signed.Url.AbsoluteUri;

        Assert.Equal(403, await PutAsync(new Uri(url.Replace("/p/d/x", "/p/d/y")), [1], signed.Headers));
        Assert.Equal(403, await PutAsync(new Uri(url.Replace("expires=", "expires=9")), [1], signed.Headers));
        Assert.Equal(403, await PutAsync(new Uri(url[..^1] + (url[^1] == '0' ? '1' : '0')), [1], signed.Headers));
        Assert.Equal(403, await PutAsync(new Uri(url.Split('?')[0]), [1], signed.Headers));
        Assert.Equal(403, await GetAsync(signed.Url));
        Assert.Equal(403, await PutAsync(await store.SignDownloadAsync("p/d/x", Minute, Token), [1], signed.Headers));
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("%2e%2e/%2e%2e/etc/passwd")]
    [InlineData(".signing-key")]
    [InlineData(".incoming/x")]
    public async Task Url_OutOfTheDirectory_IsNeverServed(string path)
    {
        var signed = await store.SignDownloadAsync("p/d/x", Minute, Token);
        var forged = new Uri(
            signed.AbsoluteUri.Replace("p/d/x", path),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );

        Assert.InRange(await GetAsync(forged), 403, 404);
        Assert.Null(store.KeyOf(new Uri(folder.File("files")).AbsoluteUri + "/" + path));
    }

    [Fact]
    public async Task Upload_OfOtherContent_IsRefused()
    {
        var signed = await store.SignUploadAsync("p/d/x/other", new UploadTerms(Digest, KeepMd5: false, Minute), Token);

        Assert.Equal(400, await PutAsync(signed.Url, [1, 2, 3], signed.Headers));
        Assert.Equal(403, await PutAsync(signed.Url, [1, 2, 3], new Dictionary<string, string>()));
        Assert.Null(await store.FindAsync("p/d/x/other", Token));
    }

    [Fact]
    public async Task Upload_OverTheSize_LeavesNothing()
    {
        var signed = await store.SignUploadAsync("p/d/large", new UploadTerms([], false, Minute), Token);

        Assert.Equal(413, await PutAsync(signed.Url, new byte[1001], signed.Headers));
        Assert.Equal(200, await PutAsync(signed.Url, new byte[1000], signed.Headers));
        Assert.Empty(Directory.GetFiles(folder.File("files/.incoming")));
    }

    [Fact]
    public async Task Upload_Again_ReplacesTheWhole()
    {
        var signed = await store.SignUploadAsync("p/d/x", new UploadTerms([], false, Minute), Token);
        await PutAsync(signed.Url, Encoding.UTF8.GetBytes("a long first text"), signed.Headers);
        await PutAsync(signed.Url, Encoding.UTF8.GetBytes("short"), signed.Headers);

        Assert.Equal("short", await File.ReadAllTextAsync(folder.File("files/p/d/x"), Token));
    }

    [Fact]
    public async Task Upload_BelowAFile_IsAConflict()
    {
        var first = await store.SignUploadAsync("p/d/x", new UploadTerms([], false, Minute), Token);
        Assert.Equal(200, await PutAsync(first.Url, [1], first.Headers));
        var below = await store.SignUploadAsync("p/d/x/y", new UploadTerms([], false, Minute), Token);

        Assert.Equal(409, await PutAsync(below.Url, [1], below.Headers));
    }

    [Fact]
    public async Task Key_OfSignatures_OutlivesTheProcess()
    {
        var signed = await store.SignUploadAsync("p/d/x", new UploadTerms([], false, Minute), Token);
        var again = new LocalArtifactStore(new LocalArtifactOptions { Directory = folder.File("files") }, () => new Uri("http://h"), time);
        var query = System.Web.HttpUtility.ParseQueryString(signed.Url.Query);
        var link = new SignedLink(long.Parse(query["expires"]!), query["md5"]!, query["signature"]!);

        Assert.Equal(LinkState.Valid, again.Check("PUT", "p/d/x", link));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("files/.signing-key")));
    }

    [Fact]
    public async Task Deck_IsShownAsAPageWithoutRights()
    {
        var signed = await store.SignUploadAsync("p/d/deck.html", new UploadTerms([], false, Minute), Token);
        await PutAsync(signed.Url, Encoding.UTF8.GetBytes("<script>x</script>"), signed.Headers);
        using var client = new HttpClient(new SocketsHttpHandler());

        using var response = await client.GetAsync(await store.SignDownloadAsync("p/d/deck.html", Minute, Token), Token);

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("sandbox allow-scripts", response.Headers.GetValues("content-security-policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("x-content-type-options").Single());
    }

    protected override Task<IArtifactStore> OpenAsync() => Task.FromResult<IArtifactStore>(store);
}
