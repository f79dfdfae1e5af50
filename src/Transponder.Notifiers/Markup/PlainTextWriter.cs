using System.Text;

namespace Transponder.Notifiers.Markup;

/// <summary>Collects plain text as a browser lays it out: runs of blanks collapse, and there is never more than one empty line in a row.</summary>
internal sealed class PlainTextWriter
{
    private readonly StringBuilder text = new();
    private bool blankPending;

    /// <summary>Keeps blanks and line breaks as they are (inside <c>pre</c>).</summary>
    public bool KeepBlanks { get; set; }

    public int Length => this.text.Length;

    public string Since(int start) => this.text.ToString(start, this.text.Length - start).Trim();

    public void Write(string text)
    {
        foreach (var c in text)
        {
            if (KeepBlanks && c != '\r')
            {
                this.text.Append(c);
            }
            else if (c is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                blankPending = true;
            }
            else
            {
                if (blankPending && !AtLineStart)
                    this.text.Append(' ');
                blankPending = false;
                this.text.Append(c);
            }
        }
    }

    public void Break()
    {
        blankPending = false;
        if (this.text.Length > 0 && !EndsWithEmptyLine)
            this.text.Append('\n');
    }

    public void BreakUnlessAtStart()
    {
        blankPending = false;
        if (!AtLineStart)
            this.text.Append('\n');
    }

    public void Paragraph()
    {
        BreakUnlessAtStart();
        Break();
    }

    public override string ToString() => this.text.ToString().TrimEnd() + "\n";

    private bool AtLineStart => this.text.Length == 0 || this.text[^1] == '\n';

    private bool EndsWithEmptyLine => this.text.Length > 1 && this.text[^1] == '\n' && this.text[^2] == '\n';
}
