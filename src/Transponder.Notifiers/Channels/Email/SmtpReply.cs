using System.Text;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>A server's whole answer to one command.</summary>
/// <param name="Code">The three-digit code.</param>
/// <param name="Lines">The text of each line, free of control characters.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public static SmtpReply Empty { get; } = new(0, [""]);

    public bool IsPositive => Code is >= 200 and < 300;

    public bool IsTransient => Code is >= 400 and < 500;

    public bool IsPermanent => Code >= 500;

    /// <summary>The class and subject of the enhanced status code (RFC 3463), e.g. <c>4.7</c>; empty when there is none.</summary>
    public string EnhancedClass
    {
        get
        {
            var text = Lines[0].AsSpan();
            var second = text.Length > 4 && char.IsAsciiDigit(text[0]) && text[1] == '.' ? text[2..].IndexOf('.') : -1;
            return second is >= 1 and <= 3 ? text[..(2 + second)].ToString() : "";
        }
    }

    /// <summary>Code and text in one line.</summary>
    public override string ToString()
    {
        var line = new StringBuilder().Append(Code);
        foreach (var text in Lines)
        {
            if (line.Length > 500)
                break;
            line.Append(' ').Append(text);
        }
        return line.ToString().TrimEnd();
    }
}
