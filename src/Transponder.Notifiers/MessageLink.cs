namespace Transponder.Notifiers;

/// <summary>A link beside a message's text. One that does not lead to an http or https URL is shown as text.</summary>
/// <param name="Text">What people read.</param>
/// <param name="Url">Where it leads.</param>
public sealed record MessageLink(string Text, string Url);
