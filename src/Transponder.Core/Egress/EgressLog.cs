using Microsoft.Extensions.Logging;

namespace Transponder.Core.Egress;

/// <summary>What the egress engine says in the log.</summary>
internal static partial class EgressLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Nothing gets through to sink {Sink}: {Detail}. Its events are kept and it is tried again, first in {Wait}"
    )]
    public static partial void Down(ILogger logger, string sink, string detail, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sink {Sink} takes events again")]
    public static partial void Back(ILogger logger, string sink);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Execution {Execution} is held for sink {Sink}, the others go on: {Detail}")]
    public static partial void Held(ILogger logger, string execution, string sink, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "The execution with number {Execution} is not held any more for sink {Sink}")]
    public static partial void Released(ILogger logger, long execution, string sink);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Event {Event} of {Execution} is put into quarantine, since sink {Sink} refuses it: {Reason}"
    )]
    public static partial void Quarantined(ILogger logger, Guid @event, string execution, string sink, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Sink {Sink} refuses one message after another: {Detail}. It is tried again, and its events are kept"
    )]
    public static partial void Refusing(ILogger logger, string sink, string detail);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The event at {Position} of {Execution} is put into quarantine: a defect of ours keeps it from being formatted for sink {Sink}"
    )]
    public static partial void FormatFailed(ILogger logger, Exception error, long position, string execution, string sink);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Retention has removed events that sink {Sink} had not sent: positions {First} to {Last} of shard {Shard}"
    )]
    public static partial void Gap(ILogger logger, string sink, long first, long last, int shard);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Retention has removed what sink {Sink} had not sent of the held execution with number {Execution}: positions {First} to {Last}"
    )]
    public static partial void GapOfHeld(ILogger logger, string sink, long first, long last, long execution);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on shard {Shard} of sink {Sink} is lost")]
    public static partial void LeaseLost(ILogger logger, int shard, string sink);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The store failed while the egress engine {Action}: {Detail}; it tries again in {Wait}"
    )]
    public static partial void StoreFailed(ILogger logger, string action, string detail, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "A bug stopped {Action} for sink {Sink}; it tries again in {Wait}")]
    public static partial void Unexpected(ILogger logger, Exception error, string action, string sink, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sink {Sink} did not end its calls when told to; their events may arrive twice")]
    public static partial void Stuck(ILogger logger, string sink);
}
