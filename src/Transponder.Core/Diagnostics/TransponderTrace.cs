using System.Diagnostics;

namespace Transponder.Core.Diagnostics;

/// <summary>Where the spans of events and deliveries come from.</summary>
internal static class TransponderTrace
{
    public static ActivitySource Source { get; } = new("Transponder");
}
