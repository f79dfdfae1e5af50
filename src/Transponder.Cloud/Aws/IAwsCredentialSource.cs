namespace Transponder.Cloud.Aws;

/// <summary>One place where credentials may be found.</summary>
public interface IAwsCredentialSource
{
    /// <summary>
    /// Looks there. Null when the place is not set up on this machine; <see cref="AwsCredentialException"/> when it is and gives none, so that no
    /// other identity than the intended one is used.
    /// </summary>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken);
}
