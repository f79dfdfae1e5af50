namespace Transponder.Notifiers.Templates;

/// <summary>Where a rendered text will land, and so how the values in it are made harmless.</summary>
public enum TemplateEscape
{
    /// <summary>Plain text: values stay as they are.</summary>
    None,

    /// <summary>HTML: values are escaped for text and for quoted attributes.</summary>
    Html,

    /// <summary>A header's value or a headline: the whole text becomes one line without control characters.</summary>
    Header,

    /// <summary>The inside of a JSON string: values are escaped, the quotes are the template's own.</summary>
    Json,

    /// <summary>Slack's mrkdwn: values are text without mentions, links or formatting; the markup is the template's own.</summary>
    Mrkdwn,

    /// <summary>Our markup: values are text; the markup is the template's own.</summary>
    Markup,
}
