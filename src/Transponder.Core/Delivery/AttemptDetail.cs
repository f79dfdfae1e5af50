using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>The one line about an attempt that is kept: at most 500 characters, storable in any database.</summary>
internal static class AttemptDetail
{
    private const int Longest = 500;

    public static string Of(DeliveryResult? result, Exception? renderFailure)
    {
        var detail = result?.Detail ?? "the server stopped before the answer came";
        if (renderFailure is not null)
            detail = $"sent in plain words, since rendering failed ({renderFailure.GetType().Name}); {detail}";
        return Line(detail);
    }

    private static string Line(string text)
    {
        var cut = text.Length > Longest ? text[..Longest] : text;
        return string.Create(
            cut.Length,
            cut,
            static (line, source) =>
            {
                for (var i = 0; i < source.Length; i++)
                    line[i] =
                        char.IsControl(source[i]) ? ' '
                        : IsLoneSurrogate(source, i) ? '\uFFFD'
                        : source[i];
            }
        );
    }

    private static bool IsLoneSurrogate(string text, int at) =>
        char.IsSurrogate(text[at])
        && !(char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        && !(char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]));
}
