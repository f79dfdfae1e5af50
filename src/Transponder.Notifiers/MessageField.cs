namespace Transponder.Notifiers;

/// <summary>A fact beside a message's text. Plain text: it can mention nobody, link nowhere and format nothing.</summary>
/// <param name="Name">What it is, in a few words.</param>
/// <param name="Value">What it comes to.</param>
/// <param name="IsShort">Whether it may stand beside another; a long one has a place of its own, and keeps its lines.</param>
public sealed record MessageField(string Name, string Value, bool IsShort = true);
