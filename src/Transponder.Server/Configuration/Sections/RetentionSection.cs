using Transponder.Core.Retention;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>retention</c>: how long things are kept.</summary>
internal static class RetentionSection
{
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    public static RetentionOptions Read(ConfigSection section)
    {
        var defaults = new RetentionOptions();
        var options = new RetentionOptions
        {
            Events = Age(section, "events"),
            Executions = Age(section, "executions"),
            Deliveries = Age(section, "deliveries"),
            Quarantine = Age(section, "quarantine"),
            QuarantineBytes = ByteSize.Read(section, "quarantineSize"),
            Batch = section.Number("batch", defaults.Batch, 10, 1000),
            Interval = section.Duration("interval", defaults.Interval),
        };
        if (options.Interval < TimeSpan.FromSeconds(1))
            section.Error("interval", "must be at least 1s");
        CheckOrder(section, options.Executions, options.Events, "events");
        CheckOrder(section, options.Executions, options.Deliveries, "deliveries");
        return options;
    }

    private static TimeSpan? Age(ConfigSection section, string key)
    {
        if (section.Text(key) is null or "forever")
            return null;
        var age = section.Duration(key, Shortest);
        if (age >= Shortest)
            return age;
        section.Error(key, "must be at least 1h, or forever");
        return null;
    }

    private static void CheckOrder(ConfigSection section, TimeSpan? executions, TimeSpan? part, string key)
    {
        if (executions is not null && (part is null || part > executions))
            section.Error(
                "executions",
                $"cannot be kept for less time than {key}: set retention.{key} to no more than retention.executions"
            );
    }
}
