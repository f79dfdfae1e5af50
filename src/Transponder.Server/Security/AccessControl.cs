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
        Begin(parts.Issuers);
    }

    /// <summary>Goes by other options from the next call on. What is known of an issuer and of secrets that stay is kept.</summary>
    public void Use(AuthOptions options)
    {
        lock (gate)
        {
            var former = parts;
            parts = Make(options, former);
            Guard.Use(parts.Authenticator(clock), options.TrustedProxies);
            foreach (var gone in former.Issuers.Except(parts.Issuers))
                gone.Dispose();
            Begin(parts.Issuers.Except(former.Issuers));
        }
    }

    public void Dispose()
    {
        foreach (var issuer in parts.Issuers)
            issuer.Dispose();
        http.Dispose();
    }

    private static void Begin(IEnumerable<IssuerKeys> issuers)
    {
        foreach (var issuer in issuers)
            _ = issuer.RefreshAsync(CancellationToken.None);
    }

    private AccessParts Make(AuthOptions options, AccessParts? former)
    {
        var known = former?.Issuers.ToList() ?? [];
        return new(
            options,
            new StaticTokens(options.Tokens, clock, logs.CreateLogger<StaticTokens>(), former?.Tokens),
            options.Oidc is { } oidc ? KeysOf(oidc) : null,
            [.. options.ServiceAccounts.Select(account => KeysOf(account.Issuer))]
        );

        IssuerKeys KeysOf(OidcOptions issuer)
        {
            if (known.Find(keys => keys.IsOf(issuer)) is { } same)
                return same;
            var made = new IssuerKeys(issuer, http, clock, logs.CreateLogger<IssuerKeys>());
            known.Add(made);
            return made;
        }
    }
}
