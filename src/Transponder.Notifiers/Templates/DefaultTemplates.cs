namespace Transponder.Notifiers.Templates;

/// <summary>What a message says when the platform gives no templates of its own.</summary>
public static class DefaultTemplates
{
    /// <summary>The subject or headline.</summary>
    public static Template Title { get; } = Template.Parse("""{{ workflow.name }} has {{ phase }} in {{ project }}/{{ domain }}""");

    /// <summary>The body of a mail, in HTML.</summary>
    public static Template HtmlBody { get; } =
        Template.Parse(
            """
            <p>Execution <b>{{ name }}</b> of workflow {{ workflow.name }} has {{ phase }} in {{ project }}/{{ domain }}.{{ error }}{{ abort }}</p>
            <p>Started: {{ started_at }}<br>Ended: {{ ended_at }}<br>Duration: {{ duration }}</p>
            <p><a href="{{ console_url }}">{{ console_url }}</a></p>
            """
        );

    /// <summary>The body of a message in plain text.</summary>
    public static Template TextBody { get; } =
        Template.Parse(
            """Execution {{ name }} of workflow {{ workflow.name }} has {{ phase }} in {{ project }}/{{ domain }}.{{ error }}{{ abort }}"""
        );
}
