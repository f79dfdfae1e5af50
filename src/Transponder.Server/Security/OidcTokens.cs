using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>
/// Callers by an issuer's signed tokens: people's, or pods' where the claims are read as those of service accounts. A token that was found good is remembered until it expires or the issuer's keys change, since checking a
/// signature costs more than an event.
/// </summary>
internal sealed class OidcTokens(OidcOptions options, IssuerKeys issuer, TimeProvider clock, Func<JsonWebToken, Caller>? read = null)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    // Asymmetric ones only: with the others, whoever knows the public key could sign.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly Func<JsonWebToken, Caller> read = read ?? new ClaimReader(options).CallerOf;
    private readonly ConcurrentDictionary<string, Remembered> remembered = new(StringComparer.Ordinal);

    /// <summary>Who a token says that it is from, unchecked; null when it is no token of an issuer.</summary>
    public static string? IssuerOf(string token)
    {
        try
        {
            return new JsonWebToken(token).Issuer;
        }
        catch (Exception error) when (error is SecurityTokenException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the issuer calls itself so.</summary>
    public bool IsFrom(string name) => options.Issuer == name;

    /// <summary>The token's holder, or a caller with the reason why the token does not count.</summary>
    public ValueTask<Caller> IdentifyAsync(string token, CancellationToken cancellationToken)
    {
        if (remembered.TryGetValue(token, out var known))
        {
            if (clock.GetUtcNow() < known.Until && ReferenceEquals(known.Keys, issuer.Current))
                return ValueTask.FromResult(known.Caller);
            remembered.TryRemove(token, out _);
        }

        return CheckAsync(token, cancellationToken);
    }

    private async ValueTask<Caller> CheckAsync(string text, CancellationToken cancellationToken)
    {
        if (!handler.CanReadToken(text))
            return Refuse("the bearer token is neither one that this server knows nor a JSON web token");
        try
        {
            var token = handler.ReadJsonWebToken(text);
            if (token.TryGetHeaderValue<object>("crit", out _))
                return Refuse("the token has a critical extension that this server does not know");
            var keys = await issuer.GetAsync(cancellationToken);
            if (keys is not null && keys.For(token.Kid).Count == 0)
                keys = await issuer.RefreshAsync(cancellationToken);
            if (keys is null)
                return Caller.Refused(
                    new RpcException(
                        StatusCode.Unavailable,
                        $"the issuer {options.Issuer} does not answer, so its tokens cannot be checked; try again"
                    )
                );
            var result = await handler.ValidateTokenAsync(token, Parameters(keys.For(token.Kid)));
            if (!result.IsValid)
                return Refuse(Words(result.Exception));
            var caller = read(token);
            Remember(text, new Remembered(caller, keys, new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + Skew));
            return caller;
        }
        catch (Exception error) when (error is SecurityTokenException or ArgumentException)
        {
            return Refuse(Words(error));
        }
    }

    private TokenValidationParameters Parameters(IReadOnlyList<SecurityKey> keys) =>
        new()
        {
            ValidIssuer = options.Issuer,
            ValidAudiences = options.Audiences,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = keys,
            LifetimeValidator = CheckLifetime,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
        };

    private bool CheckLifetime(DateTime? from, DateTime? to, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (to is not { } end)
            throw new SecurityTokenNoExpirationException();
        if (end + Skew <= now)
            throw new SecurityTokenExpiredException();
        return from is { } start && start - Skew > now ? throw new SecurityTokenNotYetValidException() : true;
    }

    private void Remember(string token, Remembered good)
    {
        if (remembered.Count >= MostRemembered)
            remembered.Clear();
        remembered[token] = good;
    }

    private string Words(Exception? error) =>
        error switch
        {
            SecurityTokenExpiredException => "the token has expired",
            SecurityTokenNotYetValidException => "the token is not valid yet",
            SecurityTokenNoExpirationException => "the token does not say when it expires",
            SecurityTokenInvalidIssuerException => $"the token is not from the issuer {options.Issuer}",
            SecurityTokenInvalidAudienceException => $"the token is not for the audience {string.Join(" or ", options.Audiences)}",
            SecurityTokenInvalidAlgorithmException => "the token is signed with an algorithm that is not accepted",
            SecurityTokenSignatureKeyNotFoundException => "the token is signed with a key that its issuer does not publish",
            SecurityTokenInvalidSignatureException => "the token's signature is missing or wrong",
            _ => "the token is not a valid JSON web token",
        };

    private static Caller Refuse(string why) => Caller.Refused(new RpcException(StatusCode.Unauthenticated, why));

    private sealed record Remembered(Caller Caller, IssuerSnapshot Keys, DateTimeOffset Until);
}
