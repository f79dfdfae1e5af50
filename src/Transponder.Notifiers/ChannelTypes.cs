using System.Text;

namespace Transponder.Notifiers;

/// <summary>Names channels after their classes: <c>MyChatNotifier</c> is <c>my-chat</c>.</summary>
internal static class ChannelTypes
{
    private const string Suffix = "Notifier";

    public static string Of(Type type)
    {
        var name =
            type.Name.Length > Suffix.Length && type.Name.EndsWith(Suffix, StringComparison.Ordinal)
                ? type.Name[..^Suffix.Length]
                : type.Name;
        var output = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
                output.Append('-');
            output.Append(char.ToLowerInvariant(name[i]));
        }
        return output.ToString();
    }
}
