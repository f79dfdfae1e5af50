using System.Runtime.InteropServices;

namespace Transponder.TaskTool.Processes;

/// <summary>
/// Passes a child's output on, byte for byte and at once, and keeps its end. A reader who is slow slows the child, and one who is gone ends
/// it, as without the tee.
/// </summary>
internal sealed unsafe class OutputTee : IDisposable
{
    private const int Size = 64 * 1024;
    private const short Readable = 1;
    private const short Writable = 4;

    /// <summary>How long nothing must come after the child has ended, for its output to count as complete: its own children may hold the pipe open.</summary>
    private const int Quiet = 50;

    private readonly Pipe pipe = new();
    private readonly Pipe end = new();
    private readonly int to;
    private readonly LastLines lines;
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes one.</summary>
    /// <param name="to">The descriptor that the output goes to.</param>
    /// <param name="lines">What keeps its end.</param>
    public OutputTee(int to, LastLines lines)
    {
        this.to = to;
        this.lines = lines;
    }

    /// <summary>The descriptor that the child writes to.</summary>
    public int Source => Pipe.Number(pipe.In);

    /// <summary>Begins, once the child has its end of the pipe.</summary>
    public void Start()
    {
        pipe.In.Dispose();
        new Thread(Pass) { IsBackground = true, Name = "output" }.Start();
    }

    /// <summary>Says that the child has ended; completes when all that it wrote has been passed on.</summary>
    public Task EndAsync()
    {
        end.In.Dispose();
        return done.Task;
    }

    public void Dispose()
    {
        pipe.Dispose();
        end.Dispose();
    }

    private void Pass()
    {
        var buffer = (byte*)NativeMemory.Alloc(Size);
        var from = Pipe.Number(pipe.Out);
        var entries = stackalloc Libc.PollEntry[2];
        entries[0] = new Libc.PollEntry { Descriptor = from, Events = Readable };
        entries[1] = new Libc.PollEntry { Descriptor = Pipe.Number(end.Out), Events = Readable };
        var ended = false;
        while (true)
        {
            entries[0].Returned = entries[1].Returned = 0;
            var ready = Libc.Poll(entries, ended ? 1u : 2u, ended ? Quiet : -1);
            if (ready == 0)
                break;
            if (ready < 0)
                continue;
            ended |= entries[1].Returned != 0;
            if (entries[0].Returned == 0)
                continue;
            var count = Libc.Read(from, buffer, Size);
            if (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
                continue;
            if (count <= 0 || !WriteAll(buffer, count))
                break;
            lines.Add(new ReadOnlySpan<byte>(buffer, (int)count));
        }
        NativeMemory.Free(buffer);
        // Whoever still writes learns that nobody listens, as it would have without the tee.
        pipe.Out.Dispose();
        done.SetResult();
    }

    private bool WriteAll(byte* buffer, nint count)
    {
        while (count > 0)
        {
            var written = Libc.Write(to, buffer, count);
            if (written >= 0)
            {
                buffer += written;
                count -= written;
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.Interrupted:
                    continue;
                case Libc.TryAgain:
                    var entry = new Libc.PollEntry { Descriptor = to, Events = Writable };
                    _ = Libc.Poll(&entry, 1, -1);
                    continue;
                default:
                    return false;
            }
        }
        return true;
    }
}
