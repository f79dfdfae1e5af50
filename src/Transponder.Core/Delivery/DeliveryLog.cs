using Microsoft.Extensions.Logging;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>What the delivery engine says in the log.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Destination {Destination} is parked: {Reason} ({Detail})")]
    public static partial void Parked(ILogger logger, string destination, DeliveryReason reason, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "Destination {Destination} is resumed")]
    public static partial void Resumed(ILogger logger, string destination);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Destination {Destination} mostly fails: nothing is sent to it until {Until:O}")]
    public static partial void BreakerOpened(ILogger logger, string destination, DateTimeOffset? until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Destination {Destination} answers again")]
    public static partial void BreakerClosed(ILogger logger, string destination);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on destination {Destination} is lost")]
    public static partial void LeaseLost(ILogger logger, string destination);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} deliveries to {Destination} were under way when their process ended; they are sent again and may arrive twice"
    )]
    public static partial void Interrupted(ILogger logger, int count, string destination);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} deliveries to {Destination} were sent, but their lease was lost before the record; they may arrive twice"
    )]
    public static partial void RecordedLate(ILogger logger, int count, string destination);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Id} is given up: {Reason} ({Detail})")]
    public static partial void Dead(ILogger logger, string id, DeliveryReason reason, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Id} could not be rendered as configured and is sent in plain words")]
    public static partial void RenderFailed(ILogger logger, Exception error, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "A bug in channel {Channel} stopped the attempt of delivery {Id}: {Detail}")]
    public static partial void NotifierFailed(ILogger logger, Exception? error, string channel, string id, string detail);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The store failed while the delivery engine {Action}: {Detail}; it tries again in {Wait}"
    )]
    public static partial void StoreFailed(ILogger logger, string action, string detail, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "A bug stopped {Action} for destination {Destination}; it tries again in {Wait}")]
    public static partial void Unexpected(ILogger logger, Exception error, string action, string destination, TimeSpan wait);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The record of delivery {Row} cannot be stored, even without its texts; it will be sent again"
    )]
    public static partial void Unrecordable(ILogger logger, Exception error, long row);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Whether a claim was stored is unknown: all leases are given back and taken anew, so that no delivery stays claimed"
    )]
    public static partial void ClaimUnknown(ILogger logger);
}
