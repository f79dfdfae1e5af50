namespace Transponder.Notifiers.Channels.Slack;

/// <summary>Where a bot may post: <c>#channel</c>, <c>@user</c>, or the id of a channel, conversation or user.</summary>
internal static class SlackTarget
{
    private const int LongestName = 80;

    /// <summary>Says what is wrong with a target's syntax; null when Slack may know it.</summary>
    public static string? Check(string target)
    {
        var isName = target[0] is '#' or '@';
        var fine = isName
            ? target.Length is > 1 and <= LongestName + 1 && target.Skip(1).All(IsNameCharacter)
            : target.Length is >= 3 and <= 32 && target[0] is 'C' or 'G' or 'D' or 'U' or 'W' && target.All(IsIdCharacter);
        return fine ? null : "is not a Slack target: #channel, @user, or an id such as C0123456789";
    }

    private static bool IsNameCharacter(char c) =>
        char.IsLetterOrDigit(c) ? !char.IsUpper(c) : c is '-' or '_' or '.' || char.IsSurrogate(c);

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
}
