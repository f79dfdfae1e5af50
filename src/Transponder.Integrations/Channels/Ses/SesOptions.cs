using Transponder.Integrations.Aws;
using Transponder.Notifiers;

namespace Transponder.Integrations.Channels.Ses;

/// <summary>What an operator decides about mail that leaves through AWS SES.</summary>
public sealed record SesOptions
{
    /// <summary>The From address, an identity that SES has verified, with or without a display name.</summary>
    public required string From { get; init; }

    /// <summary>The region whose SES sends.</summary>
    public required string Region { get; init; }

    /// <summary>Where the service is reached: an emulator or a private endpoint; null = AWS.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>As whom.</summary>
    public AwsIdentity Identity { get; init; } = new();

    /// <summary>The set of SES's rules that each mail is sent under; null = the identity's own.</summary>
    public string? ConfigurationSet { get; init; }

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
        return address.NeedsUtf8 ? "SES takes no address that is not ASCII before the @" : null;
    }

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key.</summary>
    public IEnumerable<(string Key, string Problem)> Check()
    {
        if (CheckTarget(From) is { } sender)
            yield return ("from", sender);
        if (!IsName(Region))
            yield return ("region", "is not a region's name, such as eu-west-1");
        if (ConfigurationSet is not null && !IsName(ConfigurationSet))
            yield return ("configurationSet", "a configuration set's name is letters, digits, - and _, at most 64");
        if ((Identity.AccessKey is null) != (Identity.SecretKey is null))
            yield return (Identity.AccessKey is null ? "accessKey" : "secretKey", "is missing: an access key has an id and a secret");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
