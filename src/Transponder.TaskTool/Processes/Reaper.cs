using System.Runtime.InteropServices;

namespace Transponder.TaskTool.Processes;

/// <summary>
/// The process's children: starts them, tells how each ended, and clears away whatever else ends below it, as the first process of a container
/// must. A child is signalled only while it has not been waited for, so no signal reaches a stranger with its number.
/// </summary>
internal sealed class Reaper
{
    private readonly object gate = new();
    private readonly Dictionary<int, TaskCompletionSource<Ended>> children = [];

    private Reaper() => new Thread(Reap) { IsBackground = true, Name = "reaper" }.Start();

    /// <summary>The one of this process.</summary>
    public static Reaper Own { get; } = new();

    /// <summary>Starts a program; what keeps it from starting is its end.</summary>
    public Child Start(Spawning spawning)
    {
        var ended = new TaskCompletionSource<Ended>(TaskCreationOptions.RunContinuationsAsynchronously);
        int process;
        lock (gate)
        {
            var error = spawning.Run(out process);
            if (error != 0)
                ended.SetResult(Ended.Refused(error));
            else
                children.Add(process, ended);
            Monitor.Pulse(gate);
        }
        return new Child(this, process, ended.Task);
    }

    internal bool Signal(int process, int signal, bool group)
    {
        lock (gate)
            return children.ContainsKey(process) && Libc.Kill(group ? -process : process, signal) == 0;
    }

    private void Reap()
    {
        while (true)
        {
            var process = Libc.WaitPid(-1, out var status, 0);
            if (process > 0)
            {
                lock (gate)
                {
                    if (children.Remove(process, out var ended))
                        ended.SetResult(Ended.Of(status));
                }
            }
            else if (Marshal.GetLastPInvokeError() == Libc.NoChild)
            {
                lock (gate)
                {
                    if (children.Count == 0)
                        Monitor.Wait(gate);
                }
            }
        }
    }
}
