using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Pods;

/// <summary>Makes what a channel said fit for a log: one line, short, and nothing secret in it.</summary>
internal static class ResultText
{
    private const int Longest = 500;

    public static string Clean(string text, TaskSecrets secrets) =>
        VisibleText.Cut(Escaping.SingleLine(VisibleText.Of(secrets.Mask(text))), Longest);
}
