using Microsoft.Extensions.Logging;
using Transponder.Core.Diagnostics;
using Transponder.Core.Egress;
using Transponder.Core.Store;

namespace Transponder.Core.Retention;

/// <summary>Knows how large the store is, and says so once when it or its disk gets close to being full, and once when it no longer is.</summary>
internal sealed partial class DiskWatch(IRetentionStore store, ILogger log)
{
    private bool alarmed;

    /// <summary>Measures the store.</summary>
    /// <param name="options">How large it may be, and when to say so.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public async Task LookAsync(EgressOptions options, CancellationToken cancellationToken)
    {
        var size = await store.MeasureAsync(cancellationToken).ConfigureAwait(false);
        var used = options.MaxStoreBytes is { } most ? (double)size.Bytes / most : size.DiskUsed;
        var alarm = used >= options.DiskAlarm;
        StoreMetrics.Measured(size.Bytes, used, alarm);
        if (alarm && !alarmed)
            LogFilling(log, (used ?? 0) * 100, options.MaxStoreBytes is null ? "its disk" : "egress.maxStoreSize", size.Bytes);
        else if (alarmed && !alarm)
            LogRoom(log, size.Bytes);
        alarmed = alarm;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The store takes {Percent:0} % of {Of}, with {Bytes} bytes of its own: a full disk refuses events; make room, shorten retention, or see which sink holds events back"
    )]
    private static partial void LogFilling(ILogger logger, double percent, string of, long bytes);

    [LoggerMessage(2, LogLevel.Information, "The store, with {Bytes} bytes, has room again")]
    private static partial void LogRoom(ILogger logger, long bytes);
}
