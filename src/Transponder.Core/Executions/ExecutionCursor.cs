using System.Globalization;
using Transponder.Core.Catalog;

namespace Transponder.Core.Executions;

/// <summary>
/// A place in the order of creation. As a page's token it is a decimal number too large for an offset: a page that continues there neither repeats
/// nor misses an execution, however many were created in between.
/// </summary>
/// <param name="CreatedAt">When the last execution before the place was created, in whole microseconds.</param>
/// <param name="Id">The store's own number of it.</param>
public readonly record struct ExecutionCursor(DateTimeOffset CreatedAt, long Id)
{
    private const int IdBits = 64;

    /// <summary>The token that continues after an execution.</summary>
    /// <param name="last">The page's last execution.</param>
    public static string After(ExecutionRecord last)
    {
        ArgumentNullException.ThrowIfNull(last);
        var microseconds = (ulong)((last.CreatedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return (((UInt128)microseconds << IdBits) | (ulong)last.Id).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The place that a token stands for; null when it is an offset, or empty.</summary>
    /// <param name="token">The token.</param>
    public static ExecutionCursor? Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (!UInt128.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number <= ulong.MaxValue)
            return null;
        var microseconds = (ulong)(number >> IdBits);
        return microseconds <= (ulong)((DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond)
            ? new(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), (long)(ulong)number)
            : throw IdentifierRules.Invalid($"invalid pagination token {token}: it must be the one that the previous page returned");
    }
}
