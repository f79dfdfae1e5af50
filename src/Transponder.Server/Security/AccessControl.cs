using Transponder.Notifiers.Outbound;
using Transponder.Server.Services;
using Transponder.Server.Wire;

namespace Transponder.Server.Security;

/// <summary>Authentication put together from the configuration: the guard, and the services that tell clients how to log in.</summary>
internal sealed class AccessControl : IDisposable
{
    // The operator names the issuer, not a user; that keys travel safely is checked by scheme.
    private static readonly OutboundPolicy Anywhere = OutboundPolicy.Parse(["0.0.0.0/0", "::/0"], out _);

    private readonly Lock gate = new();
    private readonly ILoggerFactory logs;
    private readonly TimeProvider clock;
    private readonly OutboundHttp http;
    private volatile AccessParts parts;

    public AccessControl(AuthOptions options, ILoggerFactory logs, TimeProvider? time = null)
    {
        this.logs = logs;
        clock = time ?? TimeProvider.System;
        http = new OutboundHttp(new OutboundOptions { Policy = Anywhere }, clock);
        parts = Make(options, null);
        Guard = new AccessGuard(parts.Authenticator(clock), options.TrustedProxies, clock);
    }

    /// <summary>What stands before every endpoint.</summary>
    public AccessGuard Guard { get; }

    /// <summary>Serves what clients ask before and after they log in, and begins to fetch the issuer's keys.</summary>
    public void AddTo(RpcServices services)
    {
        new AuthMetadataService(() => parts).AddTo(services);
        IdentityService.AddTo(services);
        _ = parts.Issuer?.RefreshAsync(CancellationToken.None);
    }

    /// <summary>Goes by other options from the next call on. What is known of an issuer and of secrets that stay is kept.</summary>
    public void Use(AuthOptions options)
    {
        lock (gate)
        {
            var former = parts;
            parts = Make(options, former);
            Guard.Use(parts.Authenticator(clock), options.TrustedProxies);
            if (ReferenceEquals(former.Issuer, parts.Issuer))
                return;
            former.Issuer?.Dispose();
            _ = parts.Issuer?.RefreshAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        parts.Issuer?.Dispose();
        http.Dispose();
    }

    private AccessParts Make(AuthOptions options, AccessParts? former) =>
        new(
            options,
            new StaticTokens(options.Tokens, clock, logs.CreateLogger<StaticTokens>(), former?.Tokens),
            options.Oidc is not { } oidc ? null
                : former?.Issuer is { } known && known.IsOf(oidc) ? known
                : new IssuerKeys(oidc, http, clock, logs.CreateLogger<IssuerKeys>())
        );
}
