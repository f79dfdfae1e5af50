using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Spool;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Spool;

/// <summary>What waits on disk: whole, private, in order, bounded, and sent under the id that it had.</summary>
public sealed class NotifySpoolTests : IDisposable
{
    private static readonly DeliveryResult.Retry Away = new(DeliveryReason.ConnectFailed, "nobody is there");

    private readonly TempDirectory folder = new();
    private readonly FakeTimeProvider clock = new();
    private readonly TaskContext pod = TaskContext.FromPod() with { Retry = RetryPolicy.Once with { Deadline = TimeSpan.FromMinutes(5) } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Place => folder.File("spool");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Message_ThereAndBack_IsTheSame()
    {
        var message = Message("m-1") with
        {
            Target = "#alerts",
            Body = "**b** \0 \uFFFD \n ü",
            Format = BodyFormat.Markup,
            Severity = Severity.Error,
            Fields = [new MessageField("loss", "0.1"), new MessageField("log", "a\nb", IsShort: false)],
            Links = [new MessageLink("curve", "https://example.com/c")],
            ThreadKey = "t",
            UpdateKey = "u",
            Incident = new Incident("i", IncidentAction.Resolve),
            Execution = new ExecutionInfo
            {
                Project = "p",
                Domain = "d",
                Name = "n",
                Phase = "running",
                Task = new EntityInfo("p", "d", "train", "v1"),
                Attempt = 2,
                ConsoleUrl = "https://console.example.com/n",
            },
        };

        var read = SpooledMessage.Read(new SpooledMessage("a", message).Write())!;

        Assert.Equal("a", read.Channel);
        Assert.Equal(message.Fields, read.Message.Fields);
        Assert.Equal(message.Links, read.Message.Links);
        Assert.Equal(message.Execution with { Labels = read.Message.Execution!.Labels }, read.Message.Execution);
        Assert.Equal(message, read.Message with { Fields = message.Fields, Links = message.Links, Execution = message.Execution });
    }

    [Fact]
    public async Task Add_ThenFlush_SendsEachChannelInOrder()
    {
        var spool = Spool();
        Assert.Null(spool.Add("a", Message("m-1")));
        Assert.Null(spool.Add("b", Message("m-2")));
        Assert.Null(spool.Add("a", Message("m-3")));
        var (a, b) = (new RecordingNotifier(), new RecordingNotifier());

        var summary = await Spool().FlushAsync(name => name == "a" ? a : b, pod, Token);

        Assert.Equal((3, 0, 0, 0), (summary.Delivered, summary.Left, summary.Rejected, summary.Expired));
        Assert.Equal(["m-1", "m-3"], a.Sent.Select(sent => sent.Id));
        Assert.Equal(["m-2"], b.Sent.Select(sent => sent.Id));
        Assert.Equal(0, spool.Count);
    }

    [Fact]
    public async Task Flush_ChannelIsAway_KeepsItsMessages_AndSendsTheOthers()
    {
        var spool = Spool();
        spool.Add("away", Message("m-1"));
        spool.Add("away", Message("m-2"));
        spool.Add("here", Message("m-3"));
        var away = new RecordingNotifier().Then(Away);

        var first = await spool.FlushAsync(name => name == "away" ? away : new RecordingNotifier(), pod, Token);
        var second = await spool.FlushAsync(_ => away, pod, Token);

        Assert.Equal((1, 2), (first.Delivered, first.Left));
        Assert.Contains("nobody is there", Assert.Single(first.Problems));
        Assert.Equal((2, 0), (second.Delivered, second.Left));
        Assert.Equal(["m-1", "m-1", "m-2"], away.Sent.Select(sent => sent.Id));
    }

    [Fact]
    public async Task Flush_RefusedForGood_DropsTheMessage_ButNotWhereTheDestinationIsAtFault()
    {
        var spool = Spool();
        spool.Add("c", Message("bad"));
        spool.Add("c", Message("good"));
        var channel = new RecordingNotifier().Then(
            new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "no"),
            new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "who?", RejectionScope.Destination)
        );

        var first = await spool.FlushAsync(_ => channel, pod, Token);
        var second = await spool.FlushAsync(_ => channel, pod, Token);

        Assert.Equal((0, 1, 1), (first.Delivered, first.Left, first.Rejected));
        Assert.Equal((1, 0, 0), (second.Delivered, second.Left, second.Rejected));
    }

    [Fact]
    public async Task Flush_UnknownChannel_IsLeftAndSaid()
    {
        var spool = Spool();
        spool.Add("elsewhere", Message("m-1"));

        var summary = await spool.FlushAsync(_ => null, pod, Token);

        Assert.Equal(1, summary.Left);
        Assert.Contains("elsewhere", Assert.Single(summary.Problems));
    }

    [Fact]
    public async Task Flush_TooOldOrNoMessage_IsRemoved()
    {
        var spool = Spool();
        spool.Add("c", Message("old"));
        clock.Advance(TimeSpan.FromDays(4));
        spool.Add("c", Message("new"));
        var whole = Directory.GetFiles(Place, "*.json").Order(StringComparer.Ordinal).Last();
        File.WriteAllText(whole.Replace(".json", "0.json", StringComparison.Ordinal), "{ half a mess");
        var channel = new RecordingNotifier();

        var summary = await spool.FlushAsync(_ => channel, pod, Token);

        Assert.Equal((1, 1, 1), (summary.Delivered, summary.Expired, summary.Rejected));
        Assert.Equal(["new"], channel.Sent.Select(sent => sent.Id));
        Assert.Empty(Directory.GetFiles(Place, "*.json"));
    }

    [Fact]
    public void Add_BeyondTheBounds_IsRefusedAndSaid()
    {
        var few = new NotifySpool(new SpoolOptions { Directory = Place, MaxMessages = 1 }, clock);
        Assert.Null(few.Add("c", Message("m-1")));
        Assert.Contains("1 messages wait already", few.Add("c", Message("m-2")));
        var small = new NotifySpool(new SpoolOptions { Directory = Place, MaxBytes = 100 }, clock);
        Assert.Contains("100 bytes", small.Add("c", Message("m-3")));
        Assert.Equal(1, few.Count);
        Assert.Throws<ArgumentException>(() => few.Add("https://hooks.example.com/secret", Message("m-4")));
    }

    [Fact]
    public void Bytes_OfAMessageThatHasJustBeenSent_AreNone()
    {
        var files = new SpoolFiles(new SpoolOptions { Directory = Place }, clock);
        files.Write("c", new byte[10]);
        var gone = files.Write("c", new byte[100]);
        var listed = files.All();
        File.Delete(gone);
        foreach (var file in listed)
            file.Refresh();

        Assert.Equal(10, SpoolFiles.BytesOf(listed));
    }

    [Fact]
    public void Add_OnUnix_IsPrivate()
    {
        if (OperatingSystem.IsWindows())
            return;
        Spool().Add("c", Message("m-1"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(Place, "*.json").Single()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Place));
    }

    [Fact]
    public void Add_PlaceIsNotThereYet_MakesItWithAllAboveIt_Private()
    {
        var place = folder.File("a/b/c");
        var spool = new NotifySpool(new SpoolOptions { Directory = place + "/" }, clock);

        Assert.Null(spool.Add("c", Message("m-1")));
        Assert.Null(spool.Add("c", Message("m-2")));

        Assert.Equal(2, Directory.GetFiles(place, "*.json").Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(folder.File("a/b"))
            );
    }

    [Fact]
    public void Add_NoDirectoryCanBeMade_IsSaidAndNotThrown()
    {
        folder.Write("file", "x");
        var spool = new NotifySpool(new SpoolOptions { Directory = folder.File("file/below") }, clock);

        Assert.Contains("cannot be used", spool.Add("c", Message("m-1")));
    }

    [Fact]
    public async Task Flush_ManyAtOnce_SendsEachMessageOnce()
    {
        for (var i = 0; i < 30; i++)
            Assert.Null(Spool().Add("c", Message($"m-{i:D2}")));
        var channel = new RecordingNotifier();

        var summaries = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => Spool().FlushAsync(_ => channel, pod, Token), Token))
        );

        Assert.Equal(30, summaries.Sum(summary => summary.Delivered));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"m-{i:D2}").Order(), channel.Sent.Select(sent => sent.Id).Order());
    }

    [Fact]
    public async Task SpooledNotifier_ProviderIsAway_KeepsTheMessage_AndSendsItBeforeTheNext()
    {
        var inner = new RecordingNotifier().Then(Away);
        await using var channel = new SpooledNotifier(inner, Spool(), "c");

        var first = await channel.NotifyAsync("one", pod, Token);
        var second = await channel.NotifyAsync("two", pod, Token);

        Assert.True(first.IsSpooled);
        Assert.False(first.IsDelivered);
        Assert.StartsWith("recording kept for later (ConnectFailed)", first.ToString());
        Assert.True(second.IsDelivered);
        Assert.False(second.IsSpooled);
        Assert.Equal(["one", "one", "two"], inner.Titles);
        Assert.Equal(inner.Sent[0].Id, inner.Sent[1].Id);
    }

    [Fact]
    public async Task SpooledNotifier_StillAway_KeepsBoth_InOrder()
    {
        var inner = new RecordingNotifier().Then(Away, Away);
        await using var channel = new SpooledNotifier(inner, Spool(), "c");

        await channel.NotifyAsync("one", pod, Token);
        var second = await channel.NotifyAsync("two", pod, Token);
        var flushed = await channel.FlushAsync(pod, Token);

        Assert.True(second.IsSpooled);
        Assert.Equal(DeliveryReason.ConnectFailed, second.Last.Reason);
        Assert.Equal(2, flushed.Delivered);
        Assert.Equal(["one", "one", "one", "two"], inner.Titles);
    }

    [Fact]
    public async Task SpooledNotifier_Cancelled_StillHasTheMessage()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var inner = new RecordingNotifier { OnSend = _ => cancel.Cancel() }.ThenHang();
        var spool = Spool();
        await using var channel = new SpooledNotifier(inner, spool, "c");

        var result = await channel.NotifyAsync("one", pod, cancel.Token);

        Assert.True(result.IsSpooled);
        Assert.Equal(1, spool.Count);
    }

    [Fact]
    public async Task SpooledNotifier_AnotherCallTakesTheMessage_TellsWhatBecameOfIt()
    {
        var refused = new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "no such template");
        var inner = new RecordingNotifier().Then(new DeliveryResult.Delivered(), new DeliveryResult.Delivered(), refused, refused);

        var sent = await BothWaitAsync(inner);
        var dropped = await BothWaitAsync(inner);

        Assert.All(sent, result => Assert.True(result is { IsDelivered: true, IsSpooled: false }, result.ToString()));
        Assert.All(dropped, result => Assert.False(result.IsSpooled));
        Assert.All(dropped, result => Assert.Equal(refused, result.Last));
        Assert.Equal(4, inner.Sent.Count);
        Assert.DoesNotContain(Directory.GetFiles(Place), file => !file.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flush_RefusalThatNobodyWaitsFor_IsForgottenAfterAnHour()
    {
        Spool().Add("c", Message("m-1"));
        var refusing = new RecordingNotifier().Then(new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "no"));
        await Spool().FlushAsync(_ => refusing, pod, Token);
        Assert.Single(Directory.GetFiles(Place, "*.refused"));

        clock.Advance(TimeProvider.System.GetUtcNow().AddHours(2) - clock.GetUtcNow());
        Spool().Add("c", Message("m-2"));
        await Spool().FlushAsync(_ => refusing, pod, Token);

        Assert.Empty(Directory.GetFiles(Place, "*.refused"));
    }

    [Fact]
    public async Task SpooledNotifier_SpoolCannotBeUsed_SendsAllTheSame()
    {
        folder.Write("file", "x");
        var spool = new NotifySpool(new SpoolOptions { Directory = folder.File("file/below") }, clock);
        await using var channel = new SpooledNotifier(new RecordingNotifier().Then(new DeliveryResult.Delivered(), Away), spool, "c");

        var first = await channel.NotifyAsync("one", pod, Token);
        var second = await channel.NotifyAsync("two", pod, Token);

        Assert.True(first.IsDelivered);
        Assert.False(second.IsSpooled);
        Assert.Contains("not kept either", second.ToString());
    }

    // Whoever gets the lock first sends what the other has written too.
    private async Task<NotifyResult[]> BothWaitAsync(Notifier inner)
    {
        await using var one = new SpooledNotifier(inner, Spool(), "c");
        await using var two = new SpooledNotifier(inner, Spool(), "c");
        Directory.CreateDirectory(Place);
        Task<NotifyResult>[] calls;
        using (new SpoolFiles(new SpoolOptions { Directory = Place }, clock).TryLock(SpoolFiles.Mark("c")))
        {
            calls = [one.NotifyAsync("one", pod, Token), two.NotifyAsync("two", pod, Token)];
            await Eventually.TrueAsync(() => Spool().Count == 2, "both messages to wait");
        }
        return await Task.WhenAll(calls);
    }

    private NotifySpool Spool() => new(new SpoolOptions { Directory = Place }, clock);

    private Message Message(string id) =>
        new()
        {
            Id = id,
            Title = $"title of {id}",
            Body = "body",
            CreatedAt = clock.GetUtcNow(),
        };
}
