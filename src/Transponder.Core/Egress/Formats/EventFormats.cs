using Transponder.Core.Store;

namespace Transponder.Core.Egress.Formats;

/// <summary>The formats that a sink can be given.</summary>
public static class EventFormats
{
    /// <summary>What is wrong with the options, for people; null when nothing is.</summary>
    /// <param name="options">The options.</param>
    public static string? Problem(EventFormatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options switch
        {
            { Form: EventForm.Raw, Compatibility: not EventCompatibility.None } =>
                "raw events have no compatible form: they are Flyte's own bytes",
            { Compatibility: EventCompatibility.Documented, Version: CloudEventSet.V2 } => "the documented form exists in version v1 only",
            { Source: "" } => "the source is empty",
            _ => null,
        };
    }

    /// <summary>The format that the options describe.</summary>
    /// <param name="options">Options without a <see cref="Problem"/>.</param>
    /// <param name="store">Where v2 looks up what it adds.</param>
    public static IEventFormat Create(EventFormatOptions options, IStore store)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        if (Problem(options) is { } problem)
            throw new ArgumentException(problem, nameof(options));
        return options switch
        {
            { Form: EventForm.Raw } => new RawFormat(options.Replay),
            { Compatibility: EventCompatibility.Documented } => new DocumentedFormat(options),
            { Version: CloudEventSet.V2 } => new WrapperFormat(options, store),
            _ => new RequestFormat(options),
        };
    }
}
