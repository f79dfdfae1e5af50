namespace Transponder.Cloud.Gcp;

/// <summary>One way to an access token. Throws <see cref="GcpCredentialException"/> when it does not lead to one.</summary>
internal interface IGcpGrant
{
    /// <param name="scopes">What the token is for.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<GcpToken> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken);
}
