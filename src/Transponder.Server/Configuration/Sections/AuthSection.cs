using Transponder.Core.Catalog;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Security;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>auth</c>: who is let in. Flyte's keys for the login of its clients are read too.</summary>
internal static class AuthSection
{
    public static AuthOptions Read(ConfigSection section, IReadOnlyList<DomainOption> domains)
    {
        var tokens = Tokens(section);
        var oidc = section.Section("oidc");
        var issuer = OidcSection.Read(oidc);
        var accounts = ServiceAccountsSection.Read(section, domains);
        var proxies = OutboundPolicy.Parse(section.Texts("trustedProxies"), out var problems);
        foreach (var problem in problems)
            section.Error("trustedProxies", problem);
        var isOn = tokens.Count > 0 || issuer is not null || accounts.Count > 0;
        if (accounts.Count > 0 && tokens.Count == 0 && issuer is null)
            section.Warn("serviceAccounts", "nobody but pods is let in: configure auth.tokens or auth.oidc for propeller and people");
        var trusted = section.Has("trustedProxies") ? proxies.Allow : AuthOptions.Loopback;
        section.Ignore(
            "appAuth",
            "authorizedUris",
            "disableForGrpc",
            "disableForHttp",
            "grpcAuthorizationHeader",
            "httpAuthorizationHeader",
            "httpProxyURL",
            "rbac",
            "secure",
            "tokenEndpointProxyPath",
            "userAuth"
        );
        return new AuthOptions
        {
            Tokens = tokens,
            Oidc = issuer,
            ServiceAccounts = accounts,
            Login = OidcSection.Login(oidc, FlyteClient(section)),
            // Without authentication a proxy is the only one that can say who calls.
            TrustedProxies = section.Flag("trustForwardedUser", !isOn) ? trusted : [],
        };
    }

    /// <summary>Roles and projects, as tokens and an issuer's grants write them.</summary>
    public static Grant Grant(ConfigSection section)
    {
        var roles = Roles.None;
        foreach (var name in section.Texts("roles"))
        {
            if (RoleNames.Parse(name) is not Roles.None and var role)
                roles |= role;
            else
                section.Error("roles", $"\"{name}\" is none of {string.Join(", ", RoleNames.All.Select(one => one.Name))}");
        }

        if (section.Texts("roles").Count == 0)
            section.Error("roles", "is missing: without a role nothing is allowed");
        // An empty list could be meant as none or as all, so it is neither.
        var named = section.Mentions("projects");
        var projects = section.Texts("projects");
        if (named && projects.Count == 0)
            section.Error("projects", "names no project; leave the key out to allow all");
        return new Grant(roles, named ? projects.ToHashSet(StringComparer.Ordinal) : null);
    }

    private static List<TokenOptions> Tokens(ConfigSection section)
    {
        var tokens = new List<TokenOptions>();
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (text, map) in section.Items("tokens"))
        {
            if (map is null)
            {
                section.Error("tokens", $"\"{text}\" is not a map of name, secret, roles and projects");
                continue;
            }

            var name = map.Required("name", "it is how the holder is called in logs and on executions");
            var grant = Grant(map);
            if (tokens.Any(token => token.Name == name))
                map.Error("name", $"\"{name}\" is used by another token");
            if (map.Secret("secret") is not { } secret)
            {
                if (!map.Has("secret"))
                    map.Error("secret", "is missing: give { env: NAME } or { file: PATH }");
                continue;
            }

            if (!secret.TryResolve(out var value, out var problem))
                map.Warn("secret", $"{problem}; the token is refused until it can be read");
            else if (value.Length < TokenOptions.ShortestSecret)
                map.Error("secret", $"{secret.Place} holds fewer than {TokenOptions.ShortestSecret} characters, which can be guessed");
            else if (!secrets.TryAdd(value, name))
                map.Error("secret", $"is the same as that of token \"{secrets[value]}\"");
            tokens.Add(
                new TokenOptions
                {
                    Name = name,
                    Secret = secret,
                    Grant = grant,
                }
            );
        }

        return tokens;
    }

    private static ConfigSection? FlyteClient(ConfigSection section) =>
        section.IsMap("appAuth") ? section.Section("appAuth").Section("thirdPartyConfig").Section("flyteClient") : null;
}
