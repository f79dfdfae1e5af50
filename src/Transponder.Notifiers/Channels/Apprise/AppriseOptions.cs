using System.Buffers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Apprise;

/// <summary>What an operator decides about messages that an Apprise API server passes on.</summary>
public sealed record AppriseOptions
{
    private const int LongestKey = 64;
    private const int LongestTags = 200;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    /// <summary>Where the server is: <c>https://apprise.example.com</c>.</summary>
    public required string ServerUrl { get; init; }

    /// <summary>The key under which the server keeps where messages go; null = <see cref="Urls"/> say it, or the server's own settings.</summary>
    public SecretRef? Key { get; init; }

    /// <summary>Apprise's own URLs, for a server that keeps nothing: <c>discord://…</c>. Each is a secret, of one URL or several with commas between.</summary>
    public IReadOnlyList<SecretRef> Urls { get; init; } = [];

    /// <summary>Which of the key's services get messages that name no tags: a comma is "or", a blank is "and"; null = those without tags.</summary>
    public string? Tags { get; init; }

    /// <summary>The whole Authorization header, for a server that asks for one; null = none is sent.</summary>
    public SecretRef? Authorization { get; init; }

    /// <summary>The longest that one attempt may take. The server answers when all its services have answered.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Says what is wrong with a target, which names tags; null when it is fine.</summary>
    /// <param name="target">What an address has after the channel's name; null when nothing.</param>
    public string? CheckTarget(string? target)
    {
        if (target is null)
            return null;
        return Key is null ? "the channel has no key, and tags belong to one" : CheckTags(target);
    }

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.CheckUrl(ServerUrl) is { } problem)
            yield return ("url", problem);
        else if (!IsPlain(ServerUrl))
            yield return ("url", "the server's URL must not have a query or a fragment");
        if (Key is not null && Urls.Count > 0)
            yield return ("urls", "there is a key already, and the server takes one or the other");
        if (Key is not null && KeyProblem() is { } key)
            yield return ("key", key);
        for (var i = 0; i < Urls.Count; i++)
        {
            if (UrlProblem(Urls[i]) is { } url)
                yield return ($"urls[{i}]", url);
        }
        if (Tags is not null && CheckTarget(Tags) is { } tags)
            yield return ("tags", tags);
        if (Authorization is not null && AuthorizationProblem() is { } authorization)
            yield return ("authorization", authorization);
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(2))
            yield return ("timeout", "the timeout must be more than 0 and at most 2 minutes");
    }

    /// <summary>Whether a value can stand as a key in the request's path.</summary>
    internal static bool IsKey(string value) => value.Length is > 0 and <= LongestKey && !value.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>Whether a value can stand in a header.</summary>
    internal static bool IsHeader(string value) => value.All(c => c is >= ' ' and <= '~');

    private static string? CheckTags(string tags) =>
        tags.Length is 0 or > LongestTags || tags.Any(c => !char.IsLetterOrDigit(c) && c is not ('_' or '-' or ',' or ' '))
            ? $"tags are letters, digits, - and _, with commas or blanks between them, at most {LongestTags} characters"
            : null;

    private static bool IsPlain(string url) => new Uri(url) is { Query: "", Fragment: "" };

    private string? KeyProblem() =>
        !Key!.TryResolve(out var key, out var unreadable) ? unreadable
        : IsKey(key) ? null
        : $"the key is 1 to {LongestKey} letters, digits, - and _";

    private static string? UrlProblem(SecretRef reference) =>
        !reference.TryResolve(out var url, out var unreadable) ? unreadable
        : url.Contains("://", StringComparison.Ordinal) && !url.Any(char.IsControl) ? null
        : "is not one of Apprise's URLs, such as discord://…";

    private string? AuthorizationProblem() =>
        !Authorization!.TryResolve(out var value, out var unreadable) ? unreadable
        : IsHeader(value) ? null
        : "the header is not plain ASCII in one line";
}
