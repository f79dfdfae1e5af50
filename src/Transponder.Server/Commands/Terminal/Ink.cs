namespace Transponder.Server.Commands.Terminal;

/// <summary>How a text is coloured where colours are shown.</summary>
internal enum Ink
{
    None,
    Good,
    Bad,
    Doubtful,
    Faint,
    Strong,
}

/// <summary>A text and its colour.</summary>
/// <param name="Text">The text.</param>
/// <param name="Ink">The colour.</param>
internal readonly record struct Cell(string Text, Ink Ink = Ink.None)
{
    public static implicit operator Cell(string text) => new(text);
}
