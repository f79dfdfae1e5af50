using Transponder.Core.Catalog;

namespace Transponder.Core.Lists;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Offset">How many rows to skip.</param>
/// <param name="Limit">How many rows to return at most, above 0.</param>
public sealed record ListPage(int Offset, int Limit)
{
    /// <summary>The most rows of one page; a larger limit is cut down to it.</summary>
    public const int Largest = 10_000;

    /// <summary>Reads a request's limit and token; no limit, or a token that no page gave, is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
    /// <param name="limit">The limit; 0 is refused.</param>
    /// <param name="token">The token.</param>
    public static ListPage Of(uint limit, string token) =>
        limit == 0
            ? throw IdentifierRules.Invalid("invalid value for limit: it must be above 0")
            : new ListPage(PageToken.Parse(token), (int)Math.Min(limit, Largest));

    /// <summary>The token of the page that follows; empty when there is none.</summary>
    /// <param name="count">How many rows this page has.</param>
    public string Next(int count) => PageToken.After(Offset, count, Limit);
}
