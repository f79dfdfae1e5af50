using Transponder.Server.Security;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>auth.oidc</c>: the issuer whose tokens are believed, and what clients are told of how to get one.</summary>
internal static class OidcSection
{
    private const string Discovery = "/.well-known/openid-configuration";

    /// <summary>The issuer; null when there is none, or it is wrong.</summary>
    public static OidcOptions? Read(ConfigSection section)
    {
        var defaults = new OidcOptions
        {
            Issuer = "",
            Audiences = [],
            Metadata = new Uri("https://localhost"),
        };
        if (section.IsBlank)
            return null;
        var issuer = section.Required("issuer", "it is the URL that tokens carry as iss");
        var place = Url(section, "issuer", issuer);
        var audiences = section.Texts("audience");
        if (audiences.Count == 0)
            section.Error("audience", "is missing: without it, tokens that the issuer made for others would be taken");
        var metadata = section.Text("metadataUrl") is { } text ? Url(section, "metadataUrl", text) : null;
        var jwks = section.Text("jwksUrl") is { } keys ? Url(section, "jwksUrl", keys) : null;
        var grants = Grants(section);
        var options = defaults with
        {
            Issuer = issuer,
            Audiences = audiences,
            Metadata = metadata ?? (place is null ? defaults.Metadata : new Uri(issuer.TrimEnd('/') + Discovery)),
            Jwks = jwks,
            RolesClaim = section.Text("rolesClaim", defaults.RolesClaim),
            ProjectsClaim = section.Text("projectsClaim"),
            NameClaim = section.Text("nameClaim"),
            Grants = grants,
        };
        return place is null || audiences.Count == 0 ? null : options;
    }

    /// <summary>What clients are told; Flyte's key for it counts where ours is absent.</summary>
    public static LoginOptions Login(ConfigSection section, ConfigSection? flyteClient)
    {
        var defaults = new LoginOptions();
        var scopes = section.Texts("scopes") is { Count: > 0 } own ? own : flyteClient?.Texts("scopes") ?? [];
        return new LoginOptions
        {
            ClientId = section.Text("clientId") ?? flyteClient?.Text("clientId") ?? defaults.ClientId,
            RedirectUri = section.Text("redirectUri") ?? flyteClient?.Text("redirectUri") ?? defaults.RedirectUri,
            Scopes = scopes.Count > 0 ? scopes : defaults.Scopes,
            MetadataKey = section.Text("authorizationMetadataKey", defaults.MetadataKey).ToLowerInvariant(),
        };
    }

    private static List<(string Value, Grant Grant)> Grants(ConfigSection section)
    {
        var grants = new List<(string, Grant)>();
        foreach (var (text, map) in section.Items("grants"))
        {
            if (map is null)
                section.Error("grants", $"\"{text}\" is not a map of value, roles and projects");
            else
                grants.Add((map.Required("value", "it is the value of the roles claim that is granted something"), AuthSection.Grant(map)));
        }

        return grants;
    }

    private static Uri? Url(ConfigSection section, string key, string text)
    {
        if (text.Length == 0)
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            section.Error(key, $"\"{text}\" is not an absolute URL");
            return null;
        }

        if (IssuerKeys.IsTrustworthy(url))
            return url;
        section.Error(key, $"\"{text}\" must begin with https://, since keys that travel in the clear can be forged");
        return null;
    }
}
