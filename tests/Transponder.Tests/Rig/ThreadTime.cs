using System.Runtime.InteropServices;
using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>The processor time of the calling thread, for what must be fast: others that use the machine at the same time do not count.</summary>
public static class ThreadTime
{
    private const int OfThisThread = 3;

    /// <summary>What an action of one thread takes.</summary>
    public static TimeSpan Of(Action action)
    {
        var start = Now();
        action();
        return Now() - start;
    }

    private static TimeSpan Now()
    {
        Assert.Equal(0, GetTime(OfThisThread, out var time));
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
