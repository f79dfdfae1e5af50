using System.Text;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Files;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Files;

[Trait("needs", "servers")]
public sealed class FileSinkTests : SinkContract, IDisposable
{
    private readonly TempDirectory folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task File_BeyondItsLimit_IsRotatedAndTheOldestGoes()
    {
        var path = folder.File("out/events.jsonl");
        await using var sink = new FileSink(
            new FileSinkOptions
            {
                Path = path,
                MaxBytes = 2500,
                MaxFiles = 2,
                Fsync = true,
            }
        );

        for (var number = 1; number <= 20; number++)
            Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([SampleRecords.Of(number: number, bytes: 400)], Token));

        Assert.Equal([path, $"{path}.1", $"{path}.2"], Directory.GetFiles(folder.File("out")).Order());
        Assert.All(Directory.GetFiles(folder.File("out")), file => Assert.InRange(new FileInfo(file).Length, 1, 2500));
        Assert.Contains("\"number\":20", (await File.ReadAllLinesAsync(path, Token))[^1]);
    }

    [Fact]
    public async Task File_MovedByOthers_IsBegunAnew()
    {
        var path = folder.File("events.jsonl");
        await using var sink = new FileSink(new FileSinkOptions { Path = path });
        await sink.PublishAsync([SampleRecords.Of()], Token);

        File.Move(path, folder.File("shipped"));
        await sink.PublishAsync([SampleRecords.Of()], Token);

        Assert.Single(await File.ReadAllLinesAsync(path, Token));
    }

    [Fact]
    public async Task File_WithTornLastLine_GoesOnWithANewOne()
    {
        var path = folder.Write("events.jsonl", "{\"specver");
        await using var sink = new FileSink(new FileSinkOptions { Path = path });

        await sink.PublishAsync([SampleRecords.Of()], Token);

        var lines = await File.ReadAllLinesAsync(path, Token);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("{\"specversion\":\"1.0\"", lines[1]);
    }

    [Fact]
    public async Task Path_ThatCannotBeWritten_FailsAndSaysWhich()
    {
        await using var sink = new FileSink(new FileSinkOptions { Path = folder.Write("file", "x") + "/below" });

        var result = Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("below", result.Detail);
    }

    [Fact]
    public async Task Disk_Full_FailsAndLeavesNoHalfLine()
    {
        await using var sink = new FileSink(new FileSinkOptions { Path = "/dev/full", MaxBytes = 0 });

        Assert.Equal(PublishOutcome.Failed, Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token)).Outcome);
    }

    protected override Task<SinkPeer> OpenAsync(SinkTerms terms) => Task.FromResult<SinkPeer>(new FilePeer(folder, terms.Raw));

    private sealed class FilePeer : SinkPeer
    {
        private readonly string path;
        private readonly bool raw;

        public FilePeer(TempDirectory folder, bool raw)
        {
            this.raw = raw;
            path = folder.File(Guid.NewGuid() + ".jsonl");
            Sink = new FileSink(new FileSinkOptions { Path = path });
        }

        public override IEventSink Sink { get; }

        public override async Task<IReadOnlyList<Arrived>> ReadAsync()
        {
            var lines = File.Exists(path) ? await File.ReadAllLinesAsync(path, Token) : [];
            return raw
                ? [.. lines.Select(line => new Arrived(Convert.FromBase64String(line), null, null))]
                : await ParsedEvents.OfAsync(lines);
        }

        public override ValueTask DisposeAsync() => Sink.DisposeAsync();
    }
}
