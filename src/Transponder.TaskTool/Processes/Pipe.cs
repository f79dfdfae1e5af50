using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Transponder.TaskTool.Processes;

/// <summary>A pipe whose ends no child inherits unless it is given one.</summary>
internal sealed unsafe class Pipe : IDisposable
{
    public Pipe()
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        Out = new SafeFileHandle(ends[0], ownsHandle: true);
        In = new SafeFileHandle(ends[1], ownsHandle: true);
    }

    /// <summary>Where bytes come out.</summary>
    public SafeFileHandle Out { get; }

    /// <summary>Where bytes go in.</summary>
    public SafeFileHandle In { get; }

    public static int Number(SafeFileHandle end) => (int)end.DangerousGetHandle();

    public void Dispose()
    {
        Out.Dispose();
        In.Dispose();
    }
}
