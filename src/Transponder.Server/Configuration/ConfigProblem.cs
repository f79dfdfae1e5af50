namespace Transponder.Server.Configuration;

/// <summary>One thing wrong with the configuration, and where.</summary>
/// <param name="IsError">False = a warning: the server starts, unless it is strict.</param>
/// <param name="File">The file; empty for what no file says.</param>
/// <param name="Line">The line, from 1; 0 when there is none.</param>
/// <param name="Key">The full key, e.g. <c>notifications.emailer.sender</c>.</param>
/// <param name="Text">What is wrong and what to do, in one line without secrets.</param>
public sealed record ConfigProblem(bool IsError, string File, int Line, string Key, string Text)
{
    /// <summary><c>file:line: key: text</c>, with what is unknown left out.</summary>
    public override string ToString()
    {
        var place =
            File.Length == 0 ? ""
            : Line > 0 ? $"{File}:{Line}: "
            : $"{File}: ";
        var key = Key.Length == 0 ? "" : $"{Key}: ";
        return $"{place}{key}{Text}";
    }
}
