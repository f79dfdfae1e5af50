namespace Transponder.Core.Delivery;

/// <summary>
/// When a failed delivery is tried again. What the other side answered uses the class's own steps up; a connection that could not be made uses
/// none, and is retried tightly until the delivery is too old.
/// </summary>
public sealed record RetrySchedule
{
    /// <summary>The most that a provider's own wish to wait counts.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Connecting = [Seconds(1), Seconds(5), Seconds(15), Seconds(30), Seconds(60)];

    /// <summary>The class's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The waits after the first, second … answered failure; the attempt after the last wait is the last.</summary>
    public required IReadOnlyList<TimeSpan> Waits { get; init; }

    /// <summary>The age at which a delivery is given up at its next failure, whatever its schedule says.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(5);

    /// <summary>Mail: a day and a half of patience for what the server answered.</summary>
    public static RetrySchedule Mail { get; } =
        new() { Name = "mail", Waits = [Seconds(30), Minutes(5), Minutes(30), Hours(2), Hours(8), Hours(24)] };

    /// <summary>Webhooks: the list that the Standard Webhooks specification recommends, about 75 hours.</summary>
    public static RetrySchedule Webhook { get; } =
        new()
        {
            Name = "webhook",
            Waits = [Seconds(5), Minutes(5), Minutes(30), Hours(2), Hours(5), Hours(10), Hours(14), Hours(20), Hours(24)],
        };

    /// <summary>Chats and pagers: quick at first, and over within a working day.</summary>
    public static RetrySchedule Chat { get; } =
        new()
        {
            Name = "chat",
            Waits = [Seconds(1), Seconds(5), Seconds(30), Minutes(2), Minutes(10), Minutes(30), Hours(2), Hours(6)],
            MaxAge = TimeSpan.FromDays(1),
        };

    /// <summary>The wait after an answered failure; null when the schedule is used up.</summary>
    /// <param name="usedSteps">How many of its steps are used up already.</param>
    /// <param name="random">A number from 0 to 1: the wait is spread by half around the listed one.</param>
    public TimeSpan? WaitAfter(int usedSteps, double random) => usedSteps < Waits.Count ? Waits[usedSteps] * (0.5 + random) : null;

    /// <summary>The wait after a connection that could not be made, never longer than a minute.</summary>
    /// <param name="earlier">How many attempts of this delivery failed so before.</param>
    /// <param name="random">A number from 0 to 1: the wait is up to a fifth shorter than the listed one.</param>
    public static TimeSpan WaitToConnect(int earlier, double random) =>
        Connecting[Math.Clamp(earlier, 0, Connecting.Length - 1)] * (1 - (0.2 * random));

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Hours(int hours) => TimeSpan.FromHours(hours);
}
