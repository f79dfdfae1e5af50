using System.Globalization;
using System.Text.RegularExpressions;
using Transponder.Client;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>An event that was answered OK is on disk: between each request and its reply the kernel has finished a sync.</summary>
[Trait("needs", "servers")]
public sealed partial class AcknowledgedMeansSynced
{
    private const int Events = 20;

    [Fact]
    public async Task OverSqlite()
    {
        await using var server = await ServerProcess.StartAsync("");
        using var client = server.Connect();
        await AssertSyncedAsync(client.Admin, server.Id);
    }

    [Fact]
    public async Task OverPostgres()
    {
        await using var postgres = await PostgresServer.StartAsync(fsync: true);
        var database = await postgres.CreateDatabaseAsync();
        // Every backend is a child of the postmaster, so strace sees those of the server too.
        var postmaster = File.ReadLines(Path.Combine(postgres.SocketFolder, "data", "postmaster.pid")).First();
        await using var trace = await Trace.StartAsync(int.Parse(postmaster, CultureInfo.InvariantCulture));
        await using var server = await ScenarioServer.StartAsync("", database);
        await AssertSyncedAsync(server.Client.Admin, trace);
    }

    private static async Task AssertSyncedAsync(AdminClient admin, int process)
    {
        await using var trace = await Trace.StartAsync(process);
        await AssertSyncedAsync(admin, trace);
    }

    private static async Task AssertSyncedAsync(AdminClient admin, Trace trace)
    {
        await Platform.RegisterAsync(admin);
        for (var i = 0; i < Events; i++)
            await Platform.CreateAsync(admin, $"run{i}");

        var writes = await TimeAsync(i => Platform.SendAsync(admin, Platform.Event($"run{i}", WorkflowPhase.Running)));
        var reads = await TimeAsync(i => Platform.GetAsync(admin, $"run{i}"));

        await Eventually.PassesAsync(() =>
        {
            var syncs = trace.FinishedSyncs();
            bool IsSynced((double Sent, double Answered) call) => syncs.Exists(sync => call.Sent < sync && sync < call.Answered);
            Assert.All(writes, call => Assert.True(IsSynced(call)));
            // Were the disk synced all the time, the writes would prove nothing.
            Assert.InRange(reads.Count(IsSynced), 0, Events / 2);
            return Task.CompletedTask;
        });
    }

    private static async Task<List<(double Sent, double Answered)>> TimeAsync(Func<int, Task> call)
    {
        var calls = new List<(double, double)>();
        for (var i = 0; i < Events; i++)
        {
            var sent = Now();
            await call(i);
            calls.Add((sent, Now()));
        }
        return calls;
    }

    private static double Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>strace on a process, its threads, and the children that it makes from now on.</summary>
    private sealed partial class Trace : IAsyncDisposable
    {
        private readonly TempDirectory folder = new();
        private ChildProcess? strace;

        private string File => folder.File("trace");

        public static async Task<Trace> StartAsync(int process)
        {
            var trace = new Trace();
            string[] arguments = ["-f", "-ttt", "-T", "-e", "trace=fsync,fdatasync", "-o", trace.File, "-p", $"{process}"];
            trace.strace = ChildProcess.Start(Executable.Require("strace", "strace"), arguments);
            await trace.strace.LineAsync("attached");
            return trace;
        }

        /// <summary>When each sync that succeeded was over.</summary>
        public List<double> FinishedSyncs() =>
            [
                .. System
                    .IO.File.ReadLines(File)
                    .Select(line => Sync().Match(line))
                    .Where(match => match.Success)
                    .Select(match => Seconds(match, "at") + (match.Groups["resumed"].Success ? 0 : Seconds(match, "took"))),
            ];

        public async ValueTask DisposeAsync()
        {
            await strace!.DisposeAsync();
            folder.Dispose();
        }

        private static double Seconds(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

        [GeneratedRegex(@"(?<at>\d+\.\d+) (?<resumed><\.\.\. )?f(data)?sync( resumed>|\().*= 0 <(?<took>\d+\.\d+)>")]
        private static partial Regex Sync();
    }
}
