using System.Net;
using Transponder.Notifiers;

namespace Transponder.Server.Security;

/// <summary>Who is let in.</summary>
public sealed record AuthOptions
{
    /// <summary>The machine itself.</summary>
    public static IReadOnlyList<IPNetwork> Loopback { get; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Tokens that the configuration knows.</summary>
    public IReadOnlyList<TokenOptions> Tokens { get; init; } = [];

    /// <summary>The issuer whose tokens are believed; null = none.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>The clusters whose pods are believed who they are.</summary>
    public IReadOnlyList<ServiceAccountOptions> ServiceAccounts { get; init; } = [];

    /// <summary>What clients are told of how to log in.</summary>
    public LoginOptions Login { get; init; } = new();

    /// <summary>From which addresses <c>X-Forwarded-User</c> says who is behind a call; none = from nowhere.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = Loopback;

    /// <summary>Whether callers are asked who they are.</summary>
    public bool IsOn => Tokens.Count > 0 || Oidc is not null || ServiceAccounts.Count > 0;
}

/// <summary>One token under <c>auth.tokens</c>.</summary>
public sealed record TokenOptions
{
    /// <summary>The fewest characters of a secret.</summary>
    public const int ShortestSecret = 16;

    /// <summary>How its holder is called.</summary>
    public required string Name { get; init; }

    /// <summary>The token itself.</summary>
    public required SecretRef Secret { get; init; }

    /// <summary>What its holder may do, and where.</summary>
    public required Grant Grant { get; init; }
}

/// <summary>The issuer under <c>auth.oidc</c>, and what its claims mean here.</summary>
public sealed record OidcOptions
{
    /// <summary>The issuer, as its tokens spell it.</summary>
    public required string Issuer { get; init; }

    /// <summary>A token must be for one of these.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Where the issuer describes itself.</summary>
    public required Uri Metadata { get; init; }

    /// <summary>Where its keys are; null = where its description says.</summary>
    public Uri? Jwks { get; init; }

    /// <summary>True = its description is never asked for: <see cref="Jwks"/> is all that is read, and may be a file.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>The claim that says what a caller may do.</summary>
    public string RolesClaim { get; init; } = "roles";

    /// <summary>The claim that lists the caller's projects; null = <see cref="Grants"/> alone say where a role holds.</summary>
    public string? ProjectsClaim { get; init; }

    /// <summary>The claim that names the caller; null = the first of preferred_username, email, client_id, azp and sub that there is.</summary>
    public string? NameClaim { get; init; }

    /// <summary>What the values of the roles claim give; none = they are names of roles.</summary>
    public IReadOnlyList<(string Value, Grant Grant)> Grants { get; init; } = [];
}

/// <summary>What <c>flytekit</c> and <c>flytectl</c> are told of how to log in.</summary>
public sealed record LoginOptions
{
    /// <summary>The public client at the issuer.</summary>
    public string ClientId { get; init; } = "flytectl";

    /// <summary>Where the browser returns to.</summary>
    public string RedirectUri { get; init; } = "http://localhost:53593/callback";

    /// <summary>What is asked for.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["all"];

    /// <summary>The header in which clients send their token.</summary>
    public string MetadataKey { get; init; } = Authenticator.FlyteHeader;
}
