using System.Text;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Collects plain text as a browser lays it out: runs of blanks collapse, and there is never more than one empty line in a row.</summary>
internal sealed class PlainTextWriter
{
    private readonly StringBuilder _text = new();
    private bool _blankPending;

    /// <summary>Keeps blanks and line breaks as they are (inside <c>pre</c>).</summary>
    public bool KeepBlanks { get; set; }

    public int Length => _text.Length;

    public string Since(int start) => _text.ToString(start, _text.Length - start).Trim();

    public void Write(string text)
    {
        foreach (var c in text)
        {
            if (KeepBlanks && c != '\r')
            {
                _text.Append(c);
            }
            else if (c is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                _blankPending = true;
            }
            else
            {
                if (_blankPending && !AtLineStart)
                    _text.Append(' ');
                _blankPending = false;
                _text.Append(c);
            }
        }
    }

    public void Break()
    {
        _blankPending = false;
        if (_text.Length > 0 && !EndsWithEmptyLine)
            _text.Append('\n');
    }

    public void BreakUnlessAtStart()
    {
        _blankPending = false;
        if (!AtLineStart)
            _text.Append('\n');
    }

    public void Paragraph()
    {
        BreakUnlessAtStart();
        Break();
    }

    public override string ToString() => _text.ToString().TrimEnd() + "\n";

    private bool AtLineStart => _text.Length == 0 || _text[^1] == '\n';

    private bool EndsWithEmptyLine => _text.Length > 1 && _text[^1] == '\n' && _text[^2] == '\n';
}
