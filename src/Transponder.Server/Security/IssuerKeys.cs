using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Transponder.Notifiers.Outbound;

namespace Transponder.Server.Security;

/// <summary>
/// What the issuer publishes, fetched when it is first needed, hourly, and when a token names a key that is not known. An issuer that is down
/// costs nothing as long as its keys are known: the last ones hold.
/// </summary>
internal sealed partial class IssuerKeys(OidcOptions options, OutboundHttp http, TimeProvider clock, ILogger log) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseWithoutKeys = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock sync = new();
    private readonly CancellationTokenSource ending = new();
    private IssuerSnapshot? current;
    private Task<IssuerSnapshot?>? fetching;
    private DateTimeOffset fetchedAt;
    private DateTimeOffset triedAt;

    /// <summary>Whether these are that issuer's keys, from the same place.</summary>
    public bool IsOf(OidcOptions other) =>
        (options.Issuer, options.Metadata, options.Jwks, options.KeysOnly) == (other.Issuer, other.Metadata, other.Jwks, other.KeysOnly);

    /// <summary>What is known now; null = nothing yet.</summary>
    public IssuerSnapshot? Current => Volatile.Read(ref current);

    /// <summary>What is known, fetched when nothing is; null when the issuer does not answer.</summary>
    public ValueTask<IssuerSnapshot?> GetAsync(CancellationToken cancellationToken)
    {
        if (Current is not { } known)
            return new ValueTask<IssuerSnapshot?>(RefreshAsync(cancellationToken));
        if (clock.GetUtcNow() - fetchedAt > Lifetime)
            _ = RefreshAsync(CancellationToken.None);
        return ValueTask.FromResult<IssuerSnapshot?>(known);
    }

    /// <summary>Fetches what the issuer publishes now, unless that was tried a moment ago; answers what is known then.</summary>
    public Task<IssuerSnapshot?> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (sync)
        {
            if (fetching is null or { IsCompleted: true })
            {
                var now = clock.GetUtcNow();
                if (now - triedAt < (current is null ? PauseWithoutKeys : Pause))
                    return Task.FromResult(current);
                triedAt = now;
                fetching = Task.Run(FetchAsync, CancellationToken.None);
            }

            return fetching.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends what is under way.</summary>
    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
    }

    private async Task<IssuerSnapshot?> FetchAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience, clock);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, deadline.Token);
            var description = options.KeysOnly
                ? new OpenIdConnectConfiguration { Issuer = options.Issuer }
                : OpenIdConnectConfiguration.Create(await ReadAsync(options.Metadata, patience.Token));
            if (description.Issuer != options.Issuer)
                throw new InvalidDataException($"{options.Metadata} describes the issuer \"{description.Issuer}\"");
            var place =
                options.Jwks ?? new Uri(description.JwksUri ?? throw new InvalidDataException($"{options.Metadata} names no jwks_uri"));
            if (!IsTrustworthy(place) && !(place.IsFile && options.KeysOnly))
                throw new InvalidDataException($"keys are not read from {place}, since plain http can be forged");
            var keys = new JsonWebKeySet(await ReadAsync(place, patience.Token)).Keys.Where(IsForSignatures).ToArray<SecurityKey>();
            if (keys.Length == 0)
                throw new InvalidDataException($"{place} holds no key for signatures");
            var snapshot = Same(Current, description, keys) ?? new IssuerSnapshot(description, keys);
            fetchedAt = clock.GetUtcNow();
            Volatile.Write(ref current, snapshot);
        }
        catch (Exception error)
            when (error
                    is InvalidDataException
                        or ArgumentException
                        or UriFormatException
                        or OperationCanceledException
                        or ObjectDisposedException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            if (!ending.IsCancellationRequested)
                LogUnreachable(log, options.Issuer, error is OperationCanceledException ? "no answer in time" : error.Message);
        }

        return Current;
    }

    /// <summary>Whether what is read there cannot be forged on the way.</summary>
    public static bool IsTrustworthy(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    private async Task<string> ReadAsync(Uri url, CancellationToken cancellationToken)
    {
        if (url.IsFile)
            return await File.ReadAllTextAsync(url.LocalPath, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var answer = await http.SendAsync(request, [], cancellationToken);
        return answer switch
        {
            { Failure: not null } => throw new InvalidDataException($"{url} cannot be reached"),
            { Status: not StatusCodes.Status200OK } => throw new InvalidDataException($"{url} answers {answer.Status}"),
            { BodyCut: true } => throw new InvalidDataException($"{url} answers more than is read"),
            _ => answer.Body,
        };
    }

    // The same keys stay the same object, so that tokens found good stay so.
    private static IssuerSnapshot? Same(IssuerSnapshot? known, OpenIdConnectConfiguration description, SecurityKey[] keys) =>
        known is not null && Prints(known.Keys).SequenceEqual(Prints(keys)) ? known with { Description = description } : null;

    private static IEnumerable<string> Prints(IEnumerable<SecurityKey> keys) =>
        keys.Select(key => $"{key.KeyId} {Convert.ToHexString(key.ComputeJwkThumbprint())}").Order(StringComparer.Ordinal);

    private static bool IsForSignatures(JsonWebKey key) =>
        key.Kty is JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve && key.Use is null or "" or "sig";

    [LoggerMessage(
        EventId = 201,
        Level = LogLevel.Warning,
        Message = "The issuer {Issuer} cannot be asked: {Problem}. Keys that are known stay in use."
    )]
    private static partial void LogUnreachable(ILogger logger, string issuer, string problem);
}
