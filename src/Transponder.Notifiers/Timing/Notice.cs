namespace Transponder.Notifiers.Timing;

/// <summary>What a strategy wants said; the executor makes a message of it.</summary>
/// <param name="Title">The headline, in one line.</param>
/// <param name="Body">The text, plain.</param>
/// <param name="Severity">How urgent it is.</param>
public sealed record Notice(string Title, string Body = "", Severity Severity = Severity.Info);
