using System.Runtime.InteropServices;

namespace Transponder.TaskTool.Processes;

/// <summary>
/// Passes this process's signals on to a child, also those that came before it was there. What the terminal sends to all of its foreground
/// reaches the child by itself and is not sent twice; what this process was started to ignore stays ignored.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private static readonly int[] Relayed =
    [
        Signals.Hangup,
        Signals.Interrupt,
        Signals.Quit,
        Signals.Terminate,
        Signals.User1,
        Signals.User2,
        Signals.Alarm,
        Signals.WindowChange,
    ];

    private readonly Lock gate = new();
    private readonly Queue<int> early = [];
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly TaskCompletionSource<int> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Child? child;

    public SignalRelay()
    {
        var ignored = Signals.IgnoredMask();
        foreach (var signal in Relayed)
        {
            if ((ignored & (1ul << (signal - 1))) == 0)
                registrations.Add(PosixSignalRegistration.Create(Named(signal), context => Pass(context, signal)));
        }
    }

    /// <summary>The first signal by which someone asked for the end.</summary>
    public Task<int> Asked => asked.Task;

    /// <summary>Names the child; it gets what has come before.</summary>
    public void Attach(Child started)
    {
        lock (gate)
        {
            child = started;
            while (early.TryDequeue(out var signal))
                started.Signal(signal);
        }
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    private void Pass(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        if (Signals.AskToEnd(signal))
            asked.TrySetResult(signal);
        if (signal is Signals.Interrupt or Signals.Quit or Signals.WindowChange && IsForeground())
            return;
        lock (gate)
        {
            if (child is null)
                early.Enqueue(signal);
            else
                child.Signal(signal);
        }
    }

    private static bool IsForeground() => Libc.IsTerminal(0) == 1 && Libc.GetForegroundGroup(0) == Libc.GetProcessGroup();

    /// <summary>The framework has names for some signals, and takes the numbers of the others.</summary>
    private static PosixSignal Named(int signal) =>
        signal switch
        {
            Signals.Hangup => PosixSignal.SIGHUP,
            Signals.Interrupt => PosixSignal.SIGINT,
            Signals.Quit => PosixSignal.SIGQUIT,
            Signals.Terminate => PosixSignal.SIGTERM,
            _ => (PosixSignal)signal,
        };
}
