namespace Transponder.Cloud.Aws;

/// <summary>A token in a file that somebody else renews, so that it is read at each use.</summary>
internal static class AwsTokenFile
{
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            return token.Length > 0 ? token : throw new AwsCredentialException($"the token file {path} is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AwsCredentialException($"the token file {path} cannot be read", error);
        }
    }
}
