namespace Transponder.Core.Events;

/// <summary>Events of the log in order, and how far the log was looked through for them.</summary>
/// <param name="Events">The events.</param>
/// <param name="Through">Nothing else that was asked for lies at or below this position, now or later.</param>
public readonly record struct LogPage(IReadOnlyList<LoggedEvent> Events, long Through);
