using System.Collections.Frozen;
using System.Text;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>The spelling of states and reasons in metrics and answers: snake_case.</summary>
public static class ReasonName
{
    private static readonly FrozenDictionary<DeliveryReason, string> Names = Enum.GetValues<DeliveryReason>()
        .ToFrozenDictionary(reason => reason, reason => SnakeCase(reason.ToString()));

    /// <summary>The reason's name, e.g. <c>connect_failed</c>.</summary>
    /// <param name="reason">The reason.</param>
    public static string Of(DeliveryReason reason) => Names[reason];

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
