using System.Globalization;
using System.Text;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Markup;

/// <summary>HTML for mails: a few elements, no attribute but a link's target.</summary>
internal sealed class HtmlStyle : MarkupStyle
{
    public static HtmlStyle Instance { get; } = new();

    public override string BlockBreak => "";

    public static string Escape(string text)
    {
        var output = new StringBuilder(text.Length + 16);
        Escaping.Append(output, text, TemplateEscape.Html);
        return output.ToString();
    }

    public override string Text(string text, bool opensLine) => Escape(text);

    public override string Bold(string inner) => $"<strong>{inner}</strong>";

    public override string Italic(string inner) => $"<em>{inner}</em>";

    public override string Code(string text) => $"<code>{Escape(text)}</code>";

    public override string Link(string label, string url) => $"<a href=\"{Escape(url)}\">{Escape(label)}</a>";

    public override string Item(int? number, string inner) => $"<li>{inner}</li>";

    public override string Open(MarkupBlock block) =>
        block switch
        {
            MarkupBlock.Items { First: 1 } => "<ol>",
            MarkupBlock.Items { First: { } first } => string.Create(CultureInfo.InvariantCulture, $"<ol start=\"{first}\">"),
            MarkupBlock.Items => "<ul>",
            MarkupBlock.Code => "<pre>",
            _ => "<p>",
        };

    public override string Close(MarkupBlock block) =>
        block switch
        {
            MarkupBlock.Items { First: not null } => "</ol>",
            MarkupBlock.Items => "</ul>",
            MarkupBlock.Code => "</pre>",
            _ => "</p>",
        };

    public override string Break(MarkupBlock block) =>
        block switch
        {
            MarkupBlock.Items => "",
            MarkupBlock.Code => "\n",
            _ => "<br>",
        };
}
