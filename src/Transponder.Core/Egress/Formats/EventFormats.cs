using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
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

    /// <summary>Why a form cannot tell of these kinds, for people; null when it can.</summary>
    /// <param name="options">Options without a <see cref="Problem(EventFormatOptions)"/>.</param>
    /// <param name="kinds">The kinds of events that are wanted.</param>
    public static string? Problem(EventFormatOptions options, IEnumerable<EventKind> kinds)
    {
        ArgumentNullException.ThrowIfNull(options);
        var changes = kinds.Where(kind => kind.IsChange()).Select(kind => EventTypes.WordOf(kind)).Order(StringComparer.Ordinal).ToArray();
        if (changes.Length == 0 || options is { Form: EventForm.CloudEvents, Compatibility: EventCompatibility.None })
            return null;
        var form = options.Form == EventForm.Raw ? "raw events are" : "with compat, events are";
        return $"{form} Flyte's own, and Flyte has none for {string.Join(", ", changes)}: give these a sink of their own, with CloudEvents and no compat";
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
