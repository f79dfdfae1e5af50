namespace Transponder.Notifiers.Spool;

/// <summary>What a flush came to.</summary>
/// <param name="Delivered">Messages that arrived, and wait no longer.</param>
/// <param name="Left">Messages that still wait.</param>
/// <param name="Rejected">Messages that were refused for good, and are gone.</param>
/// <param name="Expired">Messages that had waited too long, and are gone.</param>
public sealed record FlushSummary(int Delivered, int Left, int Rejected, int Expired)
{
    /// <summary>Nothing waited.</summary>
    public static FlushSummary Empty { get; } = new(0, 0, 0, 0);

    /// <summary>What went wrong, one line each, free of secrets.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    internal static FlushSummary Sum(IEnumerable<FlushSummary> parts) =>
        parts.Aggregate(
            Empty,
            (sum, part) =>
                new(sum.Delivered + part.Delivered, sum.Left + part.Left, sum.Rejected + part.Rejected, sum.Expired + part.Expired)
                {
                    Problems = [.. sum.Problems, .. part.Problems],
                }
        );
}
