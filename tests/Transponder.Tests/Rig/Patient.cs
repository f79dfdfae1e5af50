using Transponder.Protocol;

namespace Transponder.Tests.Rig;

/// <summary>Time-outs for tests that are not about them: a machine that stands still for a while does not reach them.</summary>
public static class Patient
{
    /// <summary>The system's time, whose timers never fire.</summary>
    public static TimeProvider Clock { get; } = new ClockWithoutTimers();

    public static GrpcChannelOptions Channel { get; } =
        new() { ConnectTimeout = TimeSpan.FromMinutes(1), DefaultTimeout = TimeSpan.FromMinutes(2) };

    private sealed class ClockWithoutTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
