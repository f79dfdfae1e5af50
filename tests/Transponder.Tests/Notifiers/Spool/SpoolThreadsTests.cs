using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Spool;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Spool;

/// <summary>A thread goes on in another process: each call here has a spool, a channel and a context of its own.</summary>
public sealed class SpoolThreadsTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Place => folder.File("spool");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task SecondCall_SameKey_StandsUnderTheFirst()
    {
        Assert.Null(await CallAsync("m-1", "x"));
        Assert.Equal("receipt of m-1", await CallAsync("m-2", "x"));
        Assert.Equal("receipt of m-1", await CallAsync("m-3", "x"));
    }

    [Theory]
    [InlineData("other", "x", null)]
    [InlineData("c", "y", null)]
    [InlineData("c", "x", "#elsewhere")]
    public async Task OtherChannelKeyOrTarget_IsAnotherThread(string channel, string key, string? target)
    {
        await CallAsync("m-1", "x");

        Assert.Null(await CallAsync("m-2", key, channel, target));
    }

    [Fact]
    public async Task FirstMessageFails_TheNextThatArrivesBeginsTheThread()
    {
        await CallAsync("m-1", "x", fails: true);

        // The first one goes again before the second.
        Assert.Equal("receipt of m-1", await CallAsync("m-2", "x"));
    }

    [Fact]
    public async Task ManyAtOnce_AreOneThread()
    {
        var channel = new ThreadingNotifier();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    Task.Run(
                        () => new SpooledNotifier(channel, Spool(), "c").NotifyAsync(Message($"m-{i}", "x", null), Context(), Token),
                        Token
                    )
                )
        );

        Assert.Equal(8, channel.Under.Count);
        var first = Assert.Single(channel.Under, message => message.Value is null).Key;
        Assert.All(channel.Under, message => Assert.True(message.Key == first || message.Value == $"receipt of {first}"));
    }

    [Fact]
    public async Task ManyThreads_TheLatestUsedAreKept()
    {
        await CallAsync("first", "often");
        for (var i = 0; i < 260; i++)
        {
            await CallAsync($"m-{i}", $"key {i}");
            if (i == 200)
                await CallAsync("again", "often");
        }

        Assert.Equal(256, Directory.GetFiles(Place, "*.thread").Length);
        Assert.Equal("receipt of first", await CallAsync("last", "often"));
        Assert.Null(await CallAsync("gone", "key 0"));
    }

    [Fact]
    public async Task FileThatIsNoThread_IsNoTrouble()
    {
        await CallAsync("m-1", "x");
        var file = Assert.Single(Directory.GetFiles(Place, "*.thread"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await File.WriteAllTextAsync(file, "[ half", Token);

        Assert.Null(await CallAsync("m-2", "x"));
    }

    [Fact]
    public async Task ChannelWithoutThreads_KeepsNothing()
    {
        await using var channel = new SpooledNotifier(new RecordingNotifier(), Spool(), "c");

        await channel.NotifyAsync(Message("m-1", "x", null), Context(), Token);

        Assert.Empty(Directory.GetFiles(Place, "*.thread"));
    }

    /// <summary>Sends a message as a process of its own; what it stands under.</summary>
    private async Task<string?> CallAsync(string id, string key, string channel = "c", string? target = null, bool fails = false)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        var inner = new ThreadingNotifier { Fails = fails };
        await using var kept = new SpooledNotifier(inner, Spool(), channel);
        await kept.NotifyAsync(Message(id, key, target), Context(), Token);
        return inner.Under.GetValueOrDefault(id);
    }

    private static TaskContext Context() =>
        TaskContext.FromPod() with
        {
            Retry = RetryPolicy.Once with { Deadline = TimeSpan.FromMinutes(5) },
        };

    private NotifySpool Spool() => new(new SpoolOptions { Directory = Place }, clock);

    private Message Message(string id, string key, string? target) =>
        new()
        {
            Id = id,
            Title = id,
            Body = "",
            ThreadKey = key,
            Target = target,
            CreatedAt = clock.GetUtcNow(),
        };
}
