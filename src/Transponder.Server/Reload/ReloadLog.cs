using Transponder.Server.Configuration;

namespace Transponder.Server.Reload;

/// <summary>What reloading says in the log.</summary>
internal static partial class ReloadLog
{
    [LoggerMessage(1, LogLevel.Information, "The configuration was reloaded; changed and in force: {Sections}")]
    public static partial void Applied(ILogger logger, string sections);

    [LoggerMessage(2, LogLevel.Warning, "The configuration was reloaded, but these sections need a restart to take effect: {Sections}")]
    public static partial void NeedsRestart(ILogger logger, string sections);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "The configuration was not reloaded, and the server goes on with the last good one: {Count} mistakes"
    )]
    public static partial void Refused(ILogger logger, int count);

    [LoggerMessage(4, LogLevel.Error, "Mistake in the configuration: {Problem}")]
    public static partial void Mistake(ILogger logger, ConfigProblem problem);

    [LoggerMessage(5, LogLevel.Warning, "In the reloaded configuration: {Problem}")]
    public static partial void Warning(ILogger logger, ConfigProblem problem);

    [LoggerMessage(6, LogLevel.Error, "The configuration was not reloaded, and the server goes on with the last good one")]
    public static partial void Failed(ILogger logger, Exception error);

    [LoggerMessage(7, LogLevel.Warning, "Changes in {Folder} cannot be watched, so its files are looked at every {Interval}: {Reason}")]
    public static partial void NotWatched(ILogger logger, string folder, TimeSpan interval, string reason);

    [LoggerMessage(
        8,
        LogLevel.Error,
        "The configuration was not reloaded, and the server goes on with the last good one: nothing stands any more in {Files}. To run without what stood there, leave a comment"
    )]
    public static partial void Emptied(ILogger logger, string files);
}
