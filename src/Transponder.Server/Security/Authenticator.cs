using Microsoft.Extensions.Primitives;
using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>Says who calls, by the bearer token that the call carries.</summary>
/// <param name="tokens">The configuration's tokens.</param>
/// <param name="oidc">The issuer's tokens; null = there is no issuer.</param>
/// <param name="header">A header besides <c>authorization</c> and <see cref="FlyteHeader"/> that may carry the token.</param>
/// <param name="accounts">The clusters whose service accounts' tokens count; null = there are none.</param>
internal sealed class Authenticator(
    StaticTokens tokens,
    OidcTokens? oidc,
    string header = Authenticator.FlyteHeader,
    IReadOnlyList<OidcTokens>? accounts = null
)
{
    /// <summary>Flyte's own header, for proxies that take <c>authorization</c> for themselves.</summary>
    public const string FlyteHeader = "flyte-authorization";

    private const string Scheme = "Bearer ";
    private const string RestPrefix = "Grpc-Metadata-";

    private static readonly Caller Unknown = Refuse("the bearer token is not one that this server knows");

    private static readonly Caller Malformed = Refuse("the authorization header must be one of the form: Bearer <token>");

    /// <summary>The caller; one that carries <see cref="Caller.Refusal"/> when there is no token, or none that counts.</summary>
    /// <param name="headers">The call's headers.</param>
    /// <param name="cancellationToken">Ends the wait for the issuer.</param>
    public ValueTask<Caller> IdentifyAsync(IHeaderDictionary headers, CancellationToken cancellationToken)
    {
        if (Credentials(headers) is not { Count: > 0 } values)
            return ValueTask.FromResult(Caller.Nobody);
        if (values.Count > 1 || values[0] is not { } text || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return ValueTask.FromResult(Malformed);
        var token = text.AsSpan(Scheme.Length).Trim();
        if (tokens.TryFind(token, out var caller))
            return ValueTask.FromResult(caller);
        if (accounts is { Count: > 0 })
            return AskAsync(token.ToString(), accounts, cancellationToken);
        return oidc is null ? ValueTask.FromResult(Unknown) : oidc.IdentifyAsync(token.ToString(), cancellationToken);
    }

    // Clusters may call themselves alike, and each has keys of its own: the first that knows the token counts.
    private async ValueTask<Caller> AskAsync(string token, IReadOnlyList<OidcTokens> clusters, CancellationToken cancellationToken)
    {
        var refused = Unknown;
        var issuer = OidcTokens.IssuerOf(token);
        foreach (var known in oidc is null ? clusters : clusters.Prepend(oidc))
        {
            if (issuer is null || !known.IsFrom(issuer))
                continue;
            var caller = await known.IdentifyAsync(token, cancellationToken);
            if (caller.Refusal is null)
                return caller;
            // Who knows the signature and still refuses, or cannot say, has the word over who never saw the key.
            if (refused.Refusal is { Code: StatusCode.Unauthenticated })
                refused = caller;
        }

        return refused;
    }

    // Flyte's header goes first: where both are sent, the other one is meant for a proxy.
    private StringValues Credentials(IHeaderDictionary headers) =>
        headers.TryGetValue(header, out var values)
        || headers.TryGetValue(FlyteHeader, out values)
        || headers.TryGetValue("authorization", out values)
        || headers.TryGetValue(RestPrefix + header, out values)
        || headers.TryGetValue(RestPrefix + "authorization", out values)
            ? values
            : default;

    private static Caller Refuse(string why) => Caller.Refused(new RpcException(StatusCode.Unauthenticated, why));
}
