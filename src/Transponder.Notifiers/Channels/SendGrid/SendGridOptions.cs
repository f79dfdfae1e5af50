using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.SendGrid;

/// <summary>What an operator decides about mail that leaves through SendGrid.</summary>
public sealed record SendGridOptions
{
    /// <summary>SendGrid's own API; the EU's is <c>https://api.eu.sendgrid.com</c>.</summary>
    public const string PublicApi = "https://api.sendgrid.com";

    /// <summary>The most categories that a mail may have.</summary>
    public const int MostCategories = 10;

    /// <summary>The API key, which may send mail and need not do more.</summary>
    public required SecretRef ApiKey { get; init; }

    /// <summary>The From address, a sender that SendGrid has verified, with or without a display name.</summary>
    public required string From { get; init; }

    /// <summary>Where answers go; null = to the From address.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The names under which SendGrid counts the mail.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Has SendGrid check each mail and deliver none.</summary>
    public bool Sandbox { get; init; }

    /// <summary>Where the API is.</summary>
    public string ApiUrl { get; init; } = PublicApi;

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Says what is wrong with a target, which is an e-mail address; null when it is fine.</summary>
    /// <param name="target">What an address has after the channel's name; null when nothing.</param>
    public static string? CheckTarget(string? target)
    {
        if (string.IsNullOrEmpty(target))
            return "names no e-mail address; write it after a colon, e.g. :ada@example.com";
        if (!EmailAddress.TryParse(target, out var address, out var problem))
            return problem;
        return address.NeedsUtf8 ? "SendGrid takes no address that is not ASCII before the @" : null;
    }

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!ApiKey.TryResolve(out var key, out var unreadable))
            yield return ("apiKey", unreadable);
        else if (!IsKey(key))
            yield return ("apiKey", "the API key is not plain ASCII without blanks");
        if (CheckTarget(From) is { } sender)
            yield return ("from", sender);
        if (ReplyTo is not null && CheckTarget(ReplyTo) is { } answers)
            yield return ("replyTo", answers);
        if (Categories.Count > MostCategories || Categories.Any(category => category.Length is 0 or > 255))
            yield return ("categories", $"at most {MostCategories} categories of 1 to 255 characters");
        if (policy.CheckUrl(ApiUrl) is { } problem)
            yield return ("apiUrl", problem);
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }

    /// <summary>Whether a value can stand in the Authorization header.</summary>
    internal static bool IsKey(string value) => value.All(c => c is > ' ' and <= '~');
}
