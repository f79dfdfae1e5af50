using System.Security.Cryptography;
using System.Text;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary><c>transponder-task run</c>: nothing of a command changes by being wrapped, and its end is told.</summary>
[Trait("needs", "servers")]
public sealed class TaskToolRunsCommands : IAsyncLifetime
{
    private readonly TaskToolFile _tool = new();
    private WebhookReceiver _receiver = null!;

    private Dictionary<string, string?> Hook => new() { ["HOOK"] = _receiver.Url };

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _tool.Dispose();
    }

    [Fact]
    public async Task Failure_IsToldWithinASecond_AndReturned()
    {
        // What else runs on the machine may make one call late; the tool's own time is that of the fastest.
        var delays = new List<TimeSpan>();
        while (delays.Count < 20 && !delays.Exists(delay => delay < TimeSpan.FromSeconds(1)))
            delays.Add(await DelayOfFailureAsync());

        Assert.InRange(delays.Min(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task False_IsToldAndReturned()
    {
        var (code, output, _) = await _tool.RunAsync(["run", "--to", "webhook://env:HOOK", "--", "false"], Hook);

        Assert.Equal((1, ""), (code, output));
        Assert.Equal("false has failed with exit code 1", Assert.Single(_receiver.Received).Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Sigterm_ReachesTheCommand_AndTheMessageSaysTerminated()
    {
        await using var process = _tool.Start(
            [
                "run",
                "--to",
                "webhook://env:HOOK",
                "--",
                "sh",
                "-c",
                "trap 'echo bye >&2; exit 7' TERM; echo ready >&2; while :; do sleep 0.05; done",
            ],
            Hook
        );
        await process.LineAsync("ready");
        process.Signal();

        Assert.Equal(7, await process.ExitAsync());
        Assert.Contains("bye", process.Lines);
        var message = Assert.Single(_receiver.Received).Json;
        Assert.Equal("sh was terminated by SIGTERM", message.GetProperty("title").GetString());
        Assert.Contains("bye", message.GetProperty("body").GetString());
    }

    [Fact]
    public async Task Command_ThatDoesNotEndWhenAsked_IsToldBeforeItIsKilled()
    {
        await using var process = _tool.Start(
            [
                "run",
                "--to",
                "webhook://env:HOOK",
                "--",
                "sh",
                "-c",
                "trap '' TERM; echo $$ > pid; echo ready >&2; while :; do sleep 0.05; done",
            ],
            Hook
        );
        await process.LineAsync("ready");
        process.Signal();
        await _receiver.ReceivedAsync(1);

        Assert.Equal("sh was terminated by SIGTERM", _receiver.Received[0].Json.GetProperty("title").GetString());
        Assert.False(process.HasExited);
        await using var kill = _tool.Shell("kill -9 $(cat pid)");
        Assert.Equal(137, await process.ExitAsync());
        Assert.Single(_receiver.Received);
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -15 $$", 143)]
    [InlineData("kill -11 $$", 139)]
    [InlineData("kill -13 $$", 141)]
    public async Task ExitCode_IsTheCommands(string script, int code) =>
        Assert.Equal(
            code,
            (await _tool.RunAsync(["run", "--on", "start", "--to", "webhook://env:HOOK", "--", "sh", "-c", script], Hook)).Code
        );

    [Fact]
    public async Task Program_ThatIsNotThere_HasTheShellsCode_AndIsTold()
    {
        var (code, output, _) = await _tool.RunAsync(["run", "--to", "webhook://env:HOOK", "--", "/no/such/program"], Hook);

        Assert.Equal(127, code);
        Assert.Contains("/no/such/program could not be started: no such program", output);
        Assert.Equal(
            "program could not be started: no such program",
            Assert.Single(_receiver.Received).Json.GetProperty("title").GetString()
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(12)]
    public async Task Signal_IsPassedOn(int signal)
    {
        // Scripts start what they start in the background with SIGINT ignored.
        await using var process = _tool.Shell(
            $"exec env --default-signal=INT $T run --deadline 60s --to webhook://env:HOOK -- sh -c \"trap 'exit 33' {signal}; echo ready >&2; while :; do sleep 0.05; done\"",
            Hook
        );
        await process.LineAsync("ready");
        process.Signal(signal);

        Assert.Equal(33, await process.ExitAsync());
    }

    [Fact]
    public async Task Hangup_ThatWasIgnored_StaysIgnored()
    {
        await using var process = _tool.Shell(
            "trap '' HUP; exec $T run --deadline 60s --to webhook://env:HOOK -- sh -c 'echo ready >&2; while [ ! -e go ]; do sleep 0.02; done; exit 5'",
            Hook
        );
        await process.LineAsync("ready");
        process.Signal(1);
        await File.WriteAllTextAsync(_tool.Place("go"), "", TestContext.Current.CancellationToken);

        Assert.Equal(5, await process.ExitAsync());
        Assert.Equal("sh has failed with exit code 5", Assert.Single(_receiver.Received).Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Output_OfAnyBytes_IsUntouched()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        await File.WriteAllBytesAsync(_tool.Place("in"), bytes, TestContext.Current.CancellationToken);
        await using var process = _tool.Shell(
            "$T run --deadline 60s --to webhook://env:HOOK -- sh -c 'cat; cat in >&2; exit 3' < in > out 2> err; echo $? > code",
            Hook
        );
        await process.ExitAsync();

        Assert.Equal("3\n", Encoding.UTF8.GetString(_tool.Bytes("code")));
        Assert.Equal(bytes, _tool.Bytes("out"));
        Assert.Equal(bytes, _tool.Bytes("err"));
        Assert.Single(_receiver.Received);
    }

    [Fact]
    public async Task OutputAndErrors_ThatGoToOnePlace_KeepTheirOrder()
    {
        const string Script = "i=0; while [ $i -lt 300 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; exit 1";
        await using var process = _tool.Shell($"$T run --deadline 60s --to webhook://env:HOOK -- sh -c '{Script}' > both 2>&1", Hook);

        Assert.Equal(1, await process.ExitAsync());
        Assert.Equal(
            string.Concat(Enumerable.Range(0, 300).Select(i => $"out {i}\nerr {i}\n")),
            Encoding.UTF8.GetString(_tool.Bytes("both"))
        );
        Assert.Contains("out 299\nerr 299", _receiver.Received[0].Json.GetProperty("body").GetString());
    }

    [Fact]
    public async Task Arguments_ThatAreNotUtf8_ArriveAsTheyAre()
    {
        await using var process = _tool.Shell(
            "$T run --deadline 60s --to webhook://env:HOOK -- printf '%s|' \"$(printf 'a\\377b')\" '' 'c d' @file -- -m > out",
            Hook
        );

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal("a\u00ffb||c d|@file|--|-m|", Encoding.Latin1.GetString(_tool.Bytes("out")));
    }

    [Fact]
    public async Task Secrets_InTheOutput_AreMasked_AndColoursGone()
    {
        var environment = new Dictionary<string, string?>(Hook) { ["MY_API_TOKEN"] = "tok-0123456789", ["_FSEC_DB_PW"] = "flyte-secret-1" };
        var (code, output, _) = await _tool.RunAsync(
            [
                "run",
                "--to",
                "webhook://env:HOOK",
                "--",
                "sh",
                "-c",
                "printf '\\033[31mbad\\033[0m %s %s %s\\n' $MY_API_TOKEN $_FSEC_DB_PW $HOOK >&2; exit 1",
            ],
            environment
        );

        Assert.Equal(1, code);
        Assert.Contains("tok-0123456789", output);
        var body = _receiver.Received[0].Json.GetProperty("body").GetString()!;
        Assert.Contains("bad *** *** ***", body);
        Assert.DoesNotContain("[31m", body);
    }

    [Fact]
    public async Task StartSlowAndSuccess_AreToldInOrder()
    {
        string[] options = ["--on", "start,success,slow=300ms", "--name", "training", "--to", "webhook://env:HOOK"];
        const string Script = "while [ ! -e go ]; do sleep 0.05; done";
        await using var process = _tool.Start(["run", .. options, "--", "sh", "-c", Script], Hook);
        await _receiver.ReceivedAsync(2);
        await File.WriteAllTextAsync(_tool.Place("go"), "", TestContext.Current.CancellationToken);

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal(
            ["training has started", "training is still running after 300ms", "training has succeeded"],
            _receiver.Received.Select(request => request.Json.GetProperty("title").GetString())
        );
    }

    [Fact]
    public async Task Execution_OfThePod_IsInTheMessage()
    {
        var environment = new Dictionary<string, string?>(Hook)
        {
            ["FLYTE_INTERNAL_EXECUTION_ID"] = "run-7",
            ["FLYTE_INTERNAL_EXECUTION_PROJECT"] = "prices",
            ["FLYTE_INTERNAL_EXECUTION_DOMAIN"] = "production",
            ["FLYTE_INTERNAL_TASK_NAME"] = "prices.train",
            ["FLYTE_ATTEMPT_NUMBER"] = "1",
            ["TRANSPONDER_CONSOLE_URL"] = "https://console.example.com/{project}/{domain}/{name}",
        };
        await _tool.RunAsync(["run", "--to", "webhook://env:HOOK", "--", "false"], environment);

        var message = Assert.Single(_receiver.Received).Json;
        Assert.Equal("prices.train has failed with exit code 1", message.GetProperty("title").GetString());
        var execution = message.GetProperty("execution");
        Assert.Equal("run-7", execution.GetProperty("name").GetString());
        Assert.Equal("https://console.example.com/prices/production/run-7", execution.GetProperty("consoleUrl").GetString());
    }

    [Fact]
    public async Task Channel_ThatCannotWork_NeverKeepsTheCommandFromRunning()
    {
        string[] wrong = ["run", "--to", "slak://env:X", "--to", "nobody", "--to", "slack://env:NOT_SET", "--"];
        var (code, output, _) = await _tool.RunAsync([.. wrong, "sh", "-c", "echo ran; exit 4"]);

        Assert.Equal(4, code);
        Assert.Contains("ran", output);
        Assert.Contains("there is no kind of channel slak", output);
        Assert.Contains("environment variable NOT_SET is not set", output);

        (code, output, _) = await _tool.RunAsync([wrong[0], "--strict", .. wrong[1..], "echo", "ran"]);
        Assert.Equal(2, code);
        Assert.DoesNotContain("\nran", output);
    }

    [Fact]
    public async Task Provider_ThatHangs_HoldsTheEndUpNoLongerThanTheDeadline()
    {
        _receiver.Answer = _ => ReceiverAnswer.Hang;
        var delays = new List<double>();
        while (delays.Count < 5 && !delays.Exists(delay => delay < 4))
        {
            var (code, output, took) = await _tool.RunAsync(["run", "--deadline", "1s", "--to", "webhook://env:HOOK", "--", "false"], Hook);
            Assert.Equal(1, code);
            Assert.Contains("kept for later", output);
            delays.Add(took.TotalSeconds);
        }

        Assert.InRange(delays.Min(), 1, 4);
    }

    [Fact]
    public async Task Terminal_StaysTheCommands()
    {
        Assert.SkipWhen(Executable.Find("script") is null, "script is not installed (Debian package bsdutils)");
        const string Script = "test -t 0 && test -t 1 && test -t 2; echo $? > seen; exit 4";
        await File.WriteAllTextAsync(_tool.Place("look.sh"), Script, TestContext.Current.CancellationToken);
        await using var process = _tool.Shell(
            "exec script -qec '$T run --deadline 60s --to webhook://env:HOOK -- sh look.sh' /dev/null",
            Hook
        );

        Assert.Equal(4, await process.ExitAsync());
        Assert.Equal("0\n", Encoding.UTF8.GetString(_tool.Bytes("seen")));
        Assert.Equal("sh look.sh has failed with exit code 4", Assert.Single(_receiver.Received).Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task FirstProcessOfAContainer_ClearsAwayOrphans()
    {
        Assert.SkipWhen(Executable.Find("unshare") is null, "unshare is not installed (Debian package util-linux)");
        await using var probe = _tool.Shell("unshare --fork --pid --mount-proc true");
        Assert.SkipWhen(await probe.ExitAsync() != 0, "this machine does not let tests make PID namespaces");

        const string Orphans = """
            for i in 1 2 3; do (sleep 0.1 & ) ; done; sleep 0.6; i=0
            while [ $i -lt 300 ] && grep -q ^State:.Z /proc/[0-9]*/status; do sleep 0.1; i=$((i+1)); done
            grep -l ^State:.Z /proc/[0-9]*/status | wc -l; exit 9
            """;
        await using var process = _tool.Shell(
            $"unshare --fork --pid --mount-proc $T run --deadline 60s --to webhook://env:HOOK -- sh -c '{Orphans}' > zombies",
            Hook
        );

        Assert.Equal(9, await process.ExitAsync());
        Assert.Equal("0", Encoding.UTF8.GetString(_tool.Bytes("zombies")).Trim());
        Assert.Single(_receiver.Received);
    }

    private async Task<TimeSpan> DelayOfFailureAsync()
    {
        var (code, _, _) = await _tool.RunAsync(
            ["run", "--to", "webhook://env:HOOK", "--", "sh", "-c", "date +%s%N > ended; exit 1"],
            Hook
        );
        var told = TimeProvider.System.GetUtcNow();

        Assert.Equal(1, code);
        var message = _receiver.Received[^1].Json;
        Assert.Equal("sh has failed with exit code 1", message.GetProperty("title").GetString());
        Assert.Equal("error", message.GetProperty("severity").GetString());
        var ended = DateTimeOffset.UnixEpoch.AddTicks(long.Parse(Encoding.UTF8.GetString(_tool.Bytes("ended"))) / 100);
        return told - ended;
    }
}
