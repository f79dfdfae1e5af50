using System.Text;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary><c>transponder-task notify</c>: a message leaves by every kind of address, is kept while the network is dead, and never fails the job.</summary>
[Trait("needs", "servers")]
public sealed class TaskToolNotifies : IAsyncLifetime
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
    public async Task Message_FromTheStandardInput_ArrivesWhole()
    {
        var (code, output, _) = await _tool.RunAsync(
            ["notify", "webhook://env:HOOK", "-m", "-", "--severity", "warning", "--thread", "t-1"],
            Hook,
            "Data are in\n12 million rows: ünïcode 🎉\n"
        );

        Assert.Equal((0, ""), (code, output));
        var message = Assert.Single(_receiver.Received).Json;
        Assert.Equal("Data are in", message.GetProperty("title").GetString());
        Assert.Equal("12 million rows: ünïcode 🎉", message.GetProperty("body").GetString());
        Assert.Equal("warning", message.GetProperty("severity").GetString());
    }

    [Fact]
    public async Task FieldsAndLinks_ReachSlack()
    {
        _receiver.Answer = _ => ReceiverAnswer.Of(200, "ok");
        var (code, output, _) = await _tool.RunAsync(
            ["notify", "slack://env:HOOK", "-m", "Done", "-f", "Rows=12", "-l", "Report=https://example.com/r", "--strict"],
            Hook
        );

        Assert.Equal((0, ""), (code, output));
        var body = Assert.Single(_receiver.Received).Json.GetRawText();
        Assert.Contains("Rows", body);
        Assert.Contains("https://example.com/r", body);
    }

    [Fact]
    public async Task SecondCall_AnswersInTheThreadOfTheFirst()
    {
        var posted = 0;
        _receiver.Answer = _ =>
            ReceiverAnswer.Of(200, $$"""{"ok":true,"channel":"C1","ts":"17.{{Interlocked.Increment(ref posted):D6}}"}""");
        var slack = new Dictionary<string, string?> { ["SLACK_TOKEN"] = "xoxb-1" };
        var channel = $"slack://env:SLACK_TOKEN?to=%23alerts&api={Uri.EscapeDataString(_receiver.Url)}";
        foreach (var thread in (string[])["a", "b", "a", "a"])
        {
            var (code, output, _) = await _tool.RunAsync(["notify", channel, "-m", "hello", "--thread", thread, "--strict"], slack);
            Assert.Equal((0, ""), (code, output));
        }

        Assert.Equal(
            [null, null, "17.000001", "17.000001"],
            _receiver.Received.Select(request => request.Json.TryGetProperty("thread_ts", out var ts) ? ts.GetString() : null)
        );
    }

    [Fact]
    public async Task DeadNetwork_KeepsTheMessage_AndTheNextCallSendsBothInOrder()
    {
        await using var network = TcpFaultProxy.Start(_receiver.Port, Fault.Refuse);
        var hook = new Dictionary<string, string?> { ["HOOK"] = $"http://127.0.0.1:{network.Port}/hook" };

        var (code, output, _) = await _tool.RunAsync(["run", "--deadline", "6s", "--to", "webhook://env:HOOK", "--", "false"], hook);
        Assert.Equal(1, code);
        Assert.Contains("webhook://env:HOOK: webhook kept for later (ConnectFailed)", output);
        Assert.Equal(1, _tool.Waiting);
        Assert.Empty(_receiver.Received);

        network.Set(Fault.None);
        (code, _, _) = await _tool.RunAsync(["notify", "webhook://env:HOOK", "-m", "next"], hook);

        Assert.Equal(0, code);
        Assert.Equal(
            ["false has failed with exit code 1", "next"],
            _receiver.Received.Select(request => request.Json.GetProperty("title").GetString())
        );
        Assert.Equal(0, _tool.Waiting);
    }

    [Fact]
    public async Task KeptMessage_IsOnDiskUnderItsName_BeforeItIsSent()
    {
        Executable.Require("strace", "strace");
        await using var shell = _tool.Shell(
            "strace -f -y -e trace=/^fsync,/^link,/^rename,/^connect -o calls $T notify webhook://env:HOOK -m x --strict --deadline 60s",
            Hook
        );
        Assert.Equal(0, await shell.ExitAsync());

        var calls = File.ReadAllLines(_tool.Place("calls"));
        int After(int start, params string[] words) =>
            Array.FindIndex(calls, start + 1, line => Array.TrueForAll(words, word => line.Contains(word, StringComparison.Ordinal)));
        var made = After(-1, "fsync(", _tool.Directory + ">");
        var written = After(made, "fsync(", ".tmp>");
        var named = After(written, ".json\"");
        var kept = After(named, "fsync(", "/spool>");
        var sent = After(kept, "connect(", "sin_port");
        Assert.True(made >= 0 && written > made && named > written && kept > named && sent > kept, string.Join('\n', calls));
    }

    [Fact]
    public async Task Flush_SendsWhatWaits_AndACallToAnotherChannelToo()
    {
        await using var network = TcpFaultProxy.Start(_receiver.Port, Fault.Refuse);
        var hook = new Dictionary<string, string?>(Hook) { ["LATER"] = $"http://127.0.0.1:{network.Port}/hook" };
        await _tool.RunAsync(["notify", "webhook://env:LATER", "-m", "one", "--deadline", "1s"], hook);
        Assert.Contains("0 sent, 1 still waiting", (await _tool.RunAsync(["flush", "--deadline", "1s"], hook)).Output);

        network.Set(Fault.None);
        Assert.Contains(
            "1 earlier messages have been sent",
            (await _tool.RunAsync(["notify", "webhook://env:HOOK", "-m", "two"], hook)).Output
        );
        Assert.Equal(["two", "one"], _receiver.Received.Select(request => request.Json.GetProperty("title").GetString()));
        Assert.Contains("0 sent, 0 still waiting", (await _tool.RunAsync(["flush", "--strict"], hook)).Output);
    }

    [Fact]
    public async Task Failure_FailsTheCall_OnlyWhenStrict()
    {
        _receiver.Answer = _ => ReceiverAnswer.Of(422);

        var (code, output, _) = await _tool.RunAsync(["notify", "webhook://env:HOOK", "-m", "x"], Hook);
        Assert.Equal(0, code);
        Assert.Contains("rejected (MessageRejected)", Assert.Single(output.Split('\n')));

        Assert.Equal(1, (await _tool.RunAsync(["notify", "webhook://env:HOOK", "-m", "x", "--strict"], Hook)).Code);
        Assert.Equal(0, (await _tool.RunAsync(["notify", "nobody", "-m", "x"])).Code);
        Assert.Equal(1, (await _tool.RunAsync(["notify", "nobody", "-m", "x", "--strict"])).Code);
        Assert.Equal(2, (await _tool.RunAsync(["notify", "nobody"])).Code);
    }

    [Fact]
    public async Task Secret_AsFlyteMountsIt_IsFound_AndShownNowhere()
    {
        var secret = $"{_receiver.Url}/T0/verysecret";
        var environment = new Dictionary<string, string?> { ["_FSEC_HOOKS_TEAM"] = secret };
        _receiver.Answer = request => ReceiverAnswer.Of(400, $"no: {request.Path}");

        var (_, output, _) = await _tool.RunAsync(["notify", "webhook://secret:hooks/team", "-m", $"see {secret}"], environment);

        Assert.Equal("/hook/T0/verysecret", Assert.Single(_receiver.Received).Path);
        Assert.DoesNotContain("verysecret", output);
        Assert.DoesNotContain("verysecret", _receiver.Received[0].Json.GetRawText());
    }

    [Fact]
    public async Task Names_FromTheConfigurationFile_LeadToTheirChannels()
    {
        var config = _tool.Place("task.json");
        await File.WriteAllTextAsync(
            config,
            """{"channels": {"team": "webhook://env:HOOK", "both": ["webhook://env:HOOK", "webhook+http://127.0.0.1:1/x"]}, "default": "team"}""",
            TestContext.Current.CancellationToken
        );
        var environment = new Dictionary<string, string?>(Hook) { ["TRANSPONDER_TASK_CONFIG"] = config };

        Assert.Equal((0, ""), Short(await _tool.RunAsync(["notify", "-m", "to the default"], environment)));
        var (code, output, _) = await _tool.RunAsync(["notify", "both", "-m", "to both", "--deadline", "6s", "--no-spool"], environment);

        Assert.Equal(0, code);
        Assert.StartsWith("transponder-task: both: webhook not delivered (ConnectFailed)", output);
        Assert.Equal(["to the default", "to both"], _receiver.Received.Select(request => request.Json.GetProperty("title").GetString()));
        Assert.Contains("Names: both, team", (await _tool.RunAsync(["channels"], environment)).Output);
    }

    [Fact]
    public async Task Program_AsAChannel_GetsTheMessage()
    {
        await PythonScript.RequireAsync();
        var sample = Repository.File("samples/exec-notifier/append-to-file.py");
        var environment = new Dictionary<string, string?> { ["FLYTE_INTERNAL_EXECUTION_ID"] = "run-9" };

        var (code, output, _) = await _tool.RunAsync(
            ["notify", $"exec:{sample}?arg={_tool.Place("log")}", "-m", "Data are in\nall of them", "--strict"],
            environment
        );

        Assert.Equal((0, ""), (code, output));
        Assert.Matches(
            @"\[info\] Data are in \(run-9\)\n    all of them\n$",
            await File.ReadAllTextAsync(_tool.Place("log"), TestContext.Current.CancellationToken)
        );
        Assert.Contains(
            "exec rejected (InvalidAddress) after 1 attempt",
            (await _tool.RunAsync(["notify", $"exec:{sample}", "-m", "x"])).Output
        );
    }

    [Fact]
    public async Task Program_ThatHangs_IsKilledWithAllThatItStarted()
    {
        await File.WriteAllTextAsync(
            _tool.Place("hang"),
            "#!/bin/sh\nsleep 300 &\necho $! > child\nwait\n",
            TestContext.Current.CancellationToken
        );
        await using var chmod = _tool.Shell("chmod +x hang");
        await chmod.ExitAsync();

        // Longer each time, until the program has come as far as to start another before it is killed.
        for (var seconds = 2; GrowingFile.Lines(_tool.Place("child")).Length == 0; seconds *= 2)
        {
            Assert.True(seconds <= 32, "the program never started another");
            string[] limits = ["--no-spool", "--deadline", $"{seconds + 1}s"];
            var (code, output, _) = await _tool.RunAsync([
                "notify",
                $"exec:{_tool.Place("hang")}?timeout={seconds}s",
                "-m",
                "x",
                .. limits,
            ]);
            Assert.Equal(0, code);
            Assert.Contains("(Timeout)", output);
            Assert.Contains($"no answer within {seconds} s", output);
        }

        var child = GrowingFile.Lines(_tool.Place("child"))[0];
        await Eventually.TrueAsync(() => !IsRunning(child), "the program's child to be gone");
    }

    [Fact]
    public async Task Mail_GoesToItsServer()
    {
        await using var server = await AiosmtpdServer.StartAsync();

        var (code, output, _) = await _tool.RunAsync([
            "notify",
            $"smtp://127.0.0.1:{server.Port}?from=task@example.com&to=team@example.com&tls=none",
            "-m",
            "Data are in\nall of them",
            "--strict",
        ]);

        Assert.Equal((0, ""), (code, output));
        Assert.Contains("Subject: Data are in", Encoding.UTF8.GetString(Assert.Single(server.Mails()).Bytes));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _transponder_task transponder-task")]
    [InlineData("zsh", "compdef _transponder_task transponder-task")]
    [InlineData("fish", "complete -c transponder-task")]
    public async Task Completions_OfEachShell_AreWritten(string shell, string line)
    {
        var (code, output, _) = await _tool.RunAsync(["completions", shell]);

        Assert.Equal(0, code);
        Assert.Contains(line, output);
    }

    [Fact]
    public async Task Completion_InBash_FindsCommandsAndOptions()
    {
        await using var shell = _tool.Shell(
            """
            mkdir bin && ln -s "$T" bin/transponder-task && PATH=$PWD/bin:$PATH exec bash -c '
            source <(transponder-task completions bash)
            try() { COMP_LINE=$1; COMP_POINT=${#1}; COMP_WORDS=($1); COMP_CWORD=$2; COMPREPLY=(); _transponder_task; echo "${COMPREPLY[*]}"; }
            try "transponder-task wat" 1
            try "transponder-task run --dead" 2'
            """
        );

        Assert.Equal(0, await shell.ExitAsync());
        Assert.Equal(["watch-idle", "--deadline"], shell.Lines);
    }

    private static (int Code, string Output) Short((int Code, string Output, TimeSpan) run) => (run.Code, run.Output);

    private static bool IsRunning(string process) =>
        File.Exists($"/proc/{process}/status") && !File.ReadAllText($"/proc/{process}/status").Contains("State:\tZ");
}
