namespace Transponder.Notifiers.Markup;

/// <summary>Plain text for people.</summary>
internal sealed class PlainStyle : MarkupStyle
{
    public static PlainStyle Instance { get; } = new();

    public override string Text(string text, bool opensLine) => text;

    public override string Link(string label, string url) => label == url ? url : $"{label} ({url})";
}
