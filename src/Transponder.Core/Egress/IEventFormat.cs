using Transponder.Core.Events;

namespace Transponder.Core.Egress;

/// <summary>From events of the log to a sink's messages.</summary>
public interface IEventFormat
{
    /// <summary>
    /// The messages for these events, in their order; an event may make none or several. Equal bytes whenever the same event is formatted again
    /// from the same state. Throws <see cref="Store.StoreException"/> when what it needs cannot be read now.
    /// </summary>
    /// <param name="events">Events of the log that the sink's filter let through.</param>
    /// <param name="cancellationToken">Ends reads from the store.</param>
    ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken);

    /// <summary>A small message that stands where a quarantined one is missing; null when the form has no room for one.</summary>
    /// <param name="missing">The message that was refused.</param>
    /// <param name="reason">Why, for people.</param>
    EgressRecord? Gap(EgressRecord missing, string reason);
}
