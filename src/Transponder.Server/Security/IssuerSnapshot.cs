using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Transponder.Server.Security;

/// <summary>What an issuer said about itself at one moment.</summary>
/// <param name="Description">Its discovery document.</param>
/// <param name="Keys">Its public keys for signatures.</param>
internal sealed record IssuerSnapshot(OpenIdConnectConfiguration Description, IReadOnlyList<SecurityKey> Keys)
{
    /// <summary>The keys of that id; without an id, all of them.</summary>
    public IReadOnlyList<SecurityKey> For(string? kid) => string.IsNullOrEmpty(kid) ? Keys : [.. Keys.Where(key => key.KeyId == kid)];
}
