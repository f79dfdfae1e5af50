using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Transponder.Cloud.Aws;

/// <summary>
/// The credentials that AWS's own tools would find here: environment, shared files, container and pod identity, instance profile. They are renewed
/// before they end.
/// </summary>
public static class AwsCredentialChain
{
    /// <summary>The credentials of now. Throws <see cref="AwsCredentialException"/> when there are none.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<AwsCredentials> GetAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().WaitAsync(cancellationToken);
            var key = await found.GetCredentialsAsync().WaitAsync(cancellationToken);
            return new AwsCredentials(key.AccessKey, key.SecretKey, key.UseToken ? key.Token : null);
        }
        catch (AmazonClientException error)
        {
            throw new AwsCredentialException("no AWS credentials were found where AWS's tools look for them", error);
        }
    }
}
