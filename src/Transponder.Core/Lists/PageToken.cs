using System.Globalization;
using Transponder.Core.Catalog;

namespace Transponder.Core.Lists;

/// <summary>Flyte's page token: the decimal offset of the next page, given out only after a full page.</summary>
public static class PageToken
{
    /// <summary>The offset that a token stands for.</summary>
    /// <param name="token">The token; empty = from the start.</param>
    public static int Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length == 0)
            return 0;
        return int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw IdentifierRules.Invalid($"invalid pagination token {token}: it must be the one that the previous page returned");
    }

    /// <summary>The token of the page that follows; empty when there is none.</summary>
    /// <param name="offset">Where this page begins.</param>
    /// <param name="count">How many entries this page has.</param>
    /// <param name="limit">How many it could have.</param>
    public static string After(int offset, int count, int limit) =>
        count == limit && count > 0 ? (offset + count).ToString(CultureInfo.InvariantCulture) : "";
}
