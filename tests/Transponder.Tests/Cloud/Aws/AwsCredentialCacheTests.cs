using Transponder.Cloud.Aws;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

public sealed class AwsCredentialCacheTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly Source source;
    private readonly AwsCredentialCache cache;

    public AwsCredentialCacheTests()
    {
        source = new Source(clock);
        cache = new AwsCredentialCache(source, clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_ManyAtOnce_AskOnce()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => cache.GetAsync(Token), Token)));

        Assert.Single(found.Distinct());
        Assert.Equal(1, source.Asked);
    }

    [Fact]
    public async Task Get_SoonBeforeTheEnd_RenewsBesideTheCaller()
    {
        var first = await cache.GetAsync(Token);
        clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal(first, await cache.GetAsync(Token));
        Assert.Equal(1, source.Asked);

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(first, await cache.GetAsync(Token));

        await Eventually.TrueAsync(async () => await cache.GetAsync(Token) != first, "renewed credentials");
        Assert.Equal(2, source.Asked);
    }

    [Fact]
    public async Task Get_RenewalFails_GoesOnWithTheOldUntilTheirEnd()
    {
        var first = await cache.GetAsync(Token);
        source.Broken = true;
        clock.Advance(TimeSpan.FromMinutes(56));

        Assert.Equal(first, await cache.GetAsync(Token));
        await Eventually.TrueAsync(() => source.Asked == 2, "the attempt to renew");
        Assert.Equal(first, await cache.GetAsync(Token));

        clock.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<AwsCredentialException>(() => cache.GetAsync(Token));
        source.Broken = false;
        Assert.NotEqual(first, await cache.GetAsync(Token));
    }

    [Fact]
    public async Task Get_KeysWithoutAnEnd_AreReadAgainEachMinute()
    {
        source.Permanent = true;
        var first = await cache.GetAsync(Token);
        Assert.Equal(first, await cache.GetAsync(Token));

        clock.Advance(TimeSpan.FromSeconds(61));

        Assert.NotEqual(first, await cache.GetAsync(Token));
    }

    [Fact]
    public async Task Forget_RefusedCredentials_AreReplaced()
    {
        var first = await cache.GetAsync(Token);

        cache.Forget(first);

        Assert.NotEqual(first, await cache.GetAsync(Token));
    }

    [Fact]
    public async Task Get_WhenThereAreNone_SaysSo()
    {
        source.Empty = true;

        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => cache.GetAsync(Token));

        Assert.Contains("no AWS credentials were found", error.Message);
    }

    private sealed class Source(TimeProvider time) : IAwsCredentialSource
    {
        private int asked;

        public int Asked => Volatile.Read(ref asked);

        public bool Broken { get; set; }

        public bool Empty { get; set; }

        public bool Permanent { get; set; }

        public Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref asked);
            if (Broken)
                throw new AwsCredentialException("broken");
            var found = new AwsCredentials($"key-{number}", "secret") { Expires = Permanent ? null : time.GetUtcNow().AddHours(1) };
            return Task.FromResult(Empty ? null : found);
        }
    }
}
