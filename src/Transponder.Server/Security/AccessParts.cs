namespace Transponder.Server.Security;

/// <summary>What one configuration says of who is let in.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Issuer">Its issuer; null = there is none.</param>
/// <param name="Clusters">The keys of its clusters, in the configuration's order.</param>
internal sealed record AccessParts(AuthOptions Options, StaticTokens Tokens, IssuerKeys? Issuer, IReadOnlyList<IssuerKeys> Clusters)
{
    /// <summary>Everybody whose keys are asked for.</summary>
    public IEnumerable<IssuerKeys> Issuers => Issuer is null ? Clusters : Clusters.Prepend(Issuer);

    /// <summary>Who knows callers; null = nobody is asked.</summary>
    public Authenticator? Authenticator(TimeProvider clock) =>
        Options.IsOn
            ? new Authenticator(
                Tokens,
                Issuer is null ? null : new OidcTokens(Options.Oidc!, Issuer, clock),
                Options.Login.MetadataKey,
                [
                    .. Options.ServiceAccounts.Zip(
                        Clusters,
                        (account, keys) => new OidcTokens(account.Issuer, keys, clock, new ServiceAccountReader(account).CallerOf)
                    ),
                ]
            )
            : null;
}
