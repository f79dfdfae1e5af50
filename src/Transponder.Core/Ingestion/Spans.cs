using Google.Protobuf.WellKnownTypes;

namespace Transponder.Core.Ingestion;

/// <summary>Durations between a producer's timestamps, which may run backwards between machines.</summary>
internal static class Spans
{
    public static Duration Between(Timestamp start, Timestamp end)
    {
        var span = end.ToDateTimeOffset() - start.ToDateTimeOffset();
        return Duration.FromTimeSpan(span < TimeSpan.Zero ? TimeSpan.Zero : span);
    }
}
