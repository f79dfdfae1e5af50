using System.Text.Json;
using Flyteidl.Service;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Transponder.Server.Security;

/// <summary>What a checked token's claims give its holder.</summary>
internal sealed class ClaimReader(OidcOptions options)
{
    private static readonly string[] Names = ["preferred_username", "email", "client_id", "azp", "sub"];

    /// <summary>The token's holder.</summary>
    public Caller CallerOf(JsonWebToken token)
    {
        var payload = Payload(token);
        var user = new UserInfoResponse
        {
            Subject = Text(payload, "sub"),
            Name = Text(payload, "name"),
            PreferredUsername = Text(payload, "preferred_username"),
            GivenName = Text(payload, "given_name"),
            FamilyName = Text(payload, "family_name"),
            Email = Text(payload, "email"),
            Picture = Text(payload, "picture"),
        };
        return Caller.Of(Name(payload), user, Grants(payload));
    }

    private string Name(JsonElement payload) =>
        (options.NameClaim is { } claim ? Text(payload, claim) : "") is { Length: > 0 } name
            ? name
            : Names.Select(known => Text(payload, known)).FirstOrDefault(text => text.Length > 0) ?? "unknown";

    private List<Grant> Grants(JsonElement payload)
    {
        var projects = options.ProjectsClaim is { } claim ? Projects(Texts(payload, claim)) : null;
        var grants = new List<Grant>();
        foreach (var value in Texts(payload, options.RolesClaim))
        {
            if (options.Grants.Count == 0)
            {
                if (RoleNames.Parse(value) is not Roles.None and var role)
                    grants.Add(new Grant(role, projects));
            }
            else
                grants.AddRange(
                    options
                        .Grants.Where(one => one.Value == value)
                        .Select(one => one.Grant.Projects is null ? one.Grant with { Projects = projects } : one.Grant)
                );
        }

        return grants;
    }

    // A token that should list its projects and does not has none.
    private static HashSet<string>? Projects(string[] values) => values.Contains("*") ? null : values.ToHashSet(StringComparer.Ordinal);

    private static string Text(JsonElement payload, string claim) =>
        Find(payload, claim) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static string[] Texts(JsonElement payload, string claim) =>
        Find(payload, claim) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            { ValueKind: JsonValueKind.Array } list =>
            [
                .. list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!),
            ],
            _ => [],
        };

    // A name may contain dots itself, as URLs do; otherwise they lead into objects, as in realm_access.roles.
    private static JsonElement? Find(JsonElement payload, string claim)
    {
        if (payload.TryGetProperty(claim, out var direct))
            return direct;
        var at = payload;
        foreach (var step in claim.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
                return null;
        }

        return at;
    }

    private static JsonElement Payload(JsonWebToken token)
    {
        using var document = JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return document.RootElement.Clone();
    }
}
