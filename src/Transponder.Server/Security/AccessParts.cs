namespace Transponder.Server.Security;

/// <summary>What one configuration says of who is let in.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Issuer">Its issuer; null = there is none.</param>
internal sealed record AccessParts(AuthOptions Options, StaticTokens Tokens, IssuerKeys? Issuer)
{
    /// <summary>Who knows callers; null = nobody is asked.</summary>
    public Authenticator? Authenticator(TimeProvider clock) =>
        Options.IsOn
            ? new Authenticator(Tokens, Issuer is null ? null : new OidcTokens(Options.Oidc!, Issuer, clock), Options.Login.MetadataKey)
            : null;
}
