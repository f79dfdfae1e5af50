using Flyteidl.Admin;

namespace Transponder.Client.LaunchPlans;

/// <summary>When a launch plan runs by itself, once it is active.</summary>
public sealed class Schedule
{
    private readonly Flyteidl.Admin.Schedule message;

    private Schedule(Flyteidl.Admin.Schedule message) => this.message = message;

    /// <summary>At the times of a cron expression, in UTC.</summary>
    /// <param name="expression">Five fields, as in <c>0 6 * * 1-5</c>, or a name such as <c>@daily</c>.</param>
    /// <param name="kickoffTimeInput">The input that gets the time of each run; null = none.</param>
    /// <param name="offset">How much later than the expression says, as an ISO 8601 duration; null = at once.</param>
    public static Schedule Cron(string expression, string? kickoffTimeInput = null, string? offset = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(expression);
        return new(
            new()
            {
                CronSchedule = new CronSchedule { Schedule = expression, Offset = offset ?? "" },
                KickoffTimeInputArg = kickoffTimeInput ?? "",
            }
        );
    }

    /// <summary>Again and again after the same time.</summary>
    /// <param name="interval">Whole minutes, at least one.</param>
    /// <param name="kickoffTimeInput">The input that gets the time of each run; null = none.</param>
    public static Schedule Every(TimeSpan interval, string? kickoffTimeInput = null)
    {
        if (interval < TimeSpan.FromMinutes(1) || interval.Ticks % TimeSpan.TicksPerMinute != 0)
            throw new ArgumentException("A launch plan can run every so many whole minutes, hours or days.", nameof(interval));
        var (unit, ticks) =
            interval.Ticks % TimeSpan.TicksPerDay == 0 ? (FixedRateUnit.Day, TimeSpan.TicksPerDay)
            : interval.Ticks % TimeSpan.TicksPerHour == 0 ? (FixedRateUnit.Hour, TimeSpan.TicksPerHour)
            : (FixedRateUnit.Minute, TimeSpan.TicksPerMinute);
        return new(
            new()
            {
                Rate = new FixedRate { Value = (uint)(interval.Ticks / ticks), Unit = unit },
                KickoffTimeInputArg = kickoffTimeInput ?? "",
            }
        );
    }

    internal Flyteidl.Admin.Schedule ToMessage() => message.Clone();
}
