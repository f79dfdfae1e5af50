using Transponder.Notifiers.Outbound;
using Transponder.Server.Services;
using Transponder.Server.Wire;

namespace Transponder.Server.Security;

/// <summary>Authentication put together from the configuration: the guard, and the services that tell clients how to log in.</summary>
internal sealed class AccessControl : IDisposable
{
    // The operator names the issuer, not a user; that keys travel safely is checked by scheme.
    private static readonly OutboundPolicy Anywhere = OutboundPolicy.Parse(["0.0.0.0/0", "::/0"], out _);

    private readonly AuthOptions options;
    private readonly OutboundHttp? http;
    private readonly IssuerKeys? issuer;

    public AccessControl(AuthOptions options, ILoggerFactory logs, TimeProvider? time = null)
    {
        this.options = options;
        var clock = time ?? TimeProvider.System;
        if (options.Oidc is { } oidc)
        {
            http = new OutboundHttp(new OutboundOptions { Policy = Anywhere }, clock);
            issuer = new IssuerKeys(oidc, http, clock, logs.CreateLogger<IssuerKeys>());
        }

        Guard = new AccessGuard(options.IsOn ? Authenticator(clock, logs) : null, options.TrustedProxies);
    }

    /// <summary>What stands before every endpoint.</summary>
    public AccessGuard Guard { get; }

    /// <summary>Serves what clients ask before and after they log in, and begins to fetch the issuer's keys.</summary>
    public void AddTo(RpcServices services)
    {
        new AuthMetadataService(options, issuer).AddTo(services);
        IdentityService.AddTo(services);
        _ = issuer?.RefreshAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        issuer?.Dispose();
        http?.Dispose();
    }

    private Authenticator Authenticator(TimeProvider clock, ILoggerFactory logs) =>
        new(
            new StaticTokens(options.Tokens, clock, logs.CreateLogger<StaticTokens>()),
            options.Oidc is { } oidc ? new OidcTokens(oidc, issuer!, clock) : null,
            options.Login.MetadataKey
        );
}
