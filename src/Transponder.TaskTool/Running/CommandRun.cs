using System.Text;
using Transponder.Notifiers;
using Transponder.TaskTool.Processes;
using Transponder.TaskTool.Sending;

namespace Transponder.TaskTool.Running;

/// <summary>
/// Runs a command as if nothing stood around it: its input, output, signals and exit code are its own. Messages leave beside it; its end is held up by the
/// last of them for no longer than the deadline and a second.
/// </summary>
/// <param name="command">The command as it was written, in bytes.</param>
/// <param name="plan">When messages are sent.</param>
/// <param name="sender">Who sends them.</param>
/// <param name="texts">What they say.</param>
/// <param name="lines">How many last lines of the output they show.</param>
internal sealed class CommandRun(IReadOnlyList<byte[]> command, RunPlan plan, Sender sender, RunTexts texts, int lines)
{
    /// <summary>How long a command that was asked to end may take before a message says so: at any moment after, it and this process may be killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long the end waits for messages that are on their way already, and for the last lines.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider time = sender.Pod.Time;
    private readonly Lock gate = new();
    private Task pending = Task.CompletedTask;

    /// <summary>Runs it; the exit code is the command's own, or 128 and the signal's number.</summary>
    public async Task<int> RunAsync()
    {
        using var over = new CancellationTokenSource();
        var kept = new LastLines(lines);
        using var relay = new SignalRelay();
        using var tee = Tee(kept, out var descriptors);
        var start = time.GetTimestamp();
        var child = Reaper.Own.Start(new Spawning(command) { Descriptors = descriptors });
        tee?.Start();
        relay.Attach(child);

        pending = TellAsync(() => sender.FlushRestAsync(over.Token));
        if (plan.OnStart)
            Send(texts.Started, over.Token);
        foreach (var slow in plan.Slow)
            _ = TellSlowAsync(slow, over.Token);
        var lingering = TellLingeringAsync(relay, child, start, kept, over.Token);

        var ended = await child.Ended.ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(start);
        if (ended.NotStarted is { } why)
            sender.Fail($"{Encoding.UTF8.GetString(command[0])} could not be started: {why}");
        var passedOn = tee?.EndAsync() ?? Task.CompletedTask;
        var asked = Asked(relay);
        if (await lingering.ConfigureAwait(false) || !(ended.ShellCode == 0 && asked is null ? plan.OnSuccess : plan.OnFailure))
        {
            over.CancelAfter(sender.Pod.Retry.Deadline);
            await pending.ConfigureAwait(false);
        }
        else
        {
            await Task.WhenAny(Task.WhenAll(pending, passedOn), Task.Delay(Moment, time)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await pending.ConfigureAwait(false);
            await TellAsync(() => sender.SendAsync(texts.Ended(ended, asked, elapsed, kept.Text()))).ConfigureAwait(false);
        }
        await passedOn.ConfigureAwait(false);
        return ended.ShellCode;
    }

    /// <summary>
    /// Someone who sits before a terminal sees the errors, and programs show them there in their own way: nothing stands between. Where output and errors go to
    /// one place, both pass through one pipe, so that they keep their order.
    /// </summary>
    private OutputTee? Tee(LastLines kept, out IReadOnlyList<(int From, int To)> descriptors)
    {
        descriptors = [];
        if (lines == 0 || Libc.IsTerminal(2) == 1)
            return null;
        var together = Target(1) is { } output && output == Target(2);
        var tee = new OutputTee(together ? 1 : 2, kept);
        descriptors = together ? [(tee.Source, 1), (tee.Source, 2)] : [(tee.Source, 2)];
        return tee;
    }

    private static string? Target(int descriptor)
    {
        try
        {
            return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int? Asked(SignalRelay relay) => relay.Asked.IsCompletedSuccessfully ? relay.Asked.GetAwaiter().GetResult() : null;

    private async Task TellSlowAsync(TimeSpan after, CancellationToken over)
    {
        await Task.Delay(after, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!over.IsCancellationRequested)
            Send(() => texts.Slow(after), over);
    }

    /// <summary>True when the command's termination has been told because it takes too long.</summary>
    private async Task<bool> TellLingeringAsync(SignalRelay relay, Child child, long start, LastLines kept, CancellationToken over)
    {
        await Task.WhenAny(child.Ended, relay.Asked).ConfigureAwait(false);
        if (child.Ended.IsCompleted || !plan.OnFailure)
            return false;
        await Task.WhenAny(child.Ended, Task.Delay(Grace, time, over)).ConfigureAwait(false);
        if (child.Ended.IsCompleted || Asked(relay) is not { } signal)
            return false;
        Send(() => texts.Lingers(signal, time.GetElapsedTime(start), Grace, kept.Text()), over);
        return true;
    }

    /// <summary>Sends a message after those that are on their way; what the end interrupts is kept and leaves with the last one.</summary>
    private void Send(Func<Message> message, CancellationToken over)
    {
        lock (gate)
            pending = AfterAsync(pending, message, over);
    }

    private async Task AfterAsync(Task before, Func<Message> message, CancellationToken over)
    {
        await before.ConfigureAwait(false);
        await TellAsync(() => sender.SendAsync(message(), over)).ConfigureAwait(false);
    }

    /// <summary>Whatever goes wrong with messages, the command and its exit code know nothing of it.</summary>
    private async Task TellAsync(Func<Task> send)
    {
        try
        {
            await send().ConfigureAwait(false);
        }
        catch (Exception defect)
        {
            sender.Fail($"a message could not be sent: {defect.GetType().Name}");
        }
    }
}
