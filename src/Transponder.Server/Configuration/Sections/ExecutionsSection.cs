using Transponder.Core.Ingestion;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>executions</c>: how executions end, and how their events are committed.</summary>
internal static class ExecutionsSection
{
    public static IngestionOptions Read(ConfigSection section)
    {
        var defaults = new IngestionOptions();
        var grace = section.Duration("abortGrace", defaults.AbortGrace);
        if (grace < TimeSpan.FromSeconds(1))
        {
            section.Error("abortGrace", "must be at least 1s, or propeller could never report an abort itself");
            grace = defaults.AbortGrace;
        }

        return defaults with
        {
            AbortGrace = grace,
            MaxBatch = section.Number("maxBatch", defaults.MaxBatch, 1, 10_000),
        };
    }
}
