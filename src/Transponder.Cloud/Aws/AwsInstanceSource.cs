namespace Transponder.Cloud.Aws;

/// <summary>What an EC2 instance's metadata service gives to the instance's role: version 2 of it, which asks for a session token first.</summary>
/// <param name="environment">The environment.</param>
/// <param name="time">The time.</param>
public sealed class AwsInstanceSource(AwsEnvironment environment, TimeProvider time) : IAwsCredentialSource
{
    private const string Place = "the instance's metadata service";
    private const string Roles = "latest/meta-data/iam/security-credentials/";
    private static readonly Uri Default = new("http://169.254.169.254/");
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken)
    {
        if (environment.NoMetadata)
            return null;
        using var opening = new HttpRequestMessage(HttpMethod.Put, At("latest/api/token"));
        opening.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "300");
        // Off AWS nothing answers at that address, which must not hold up those who have no credentials at all.
        if (await AwsHttp.SendAsync(opening, Probe, time, cancellationToken) is not { Status: 200, Body: var session })
            return null;

        var roles = await GetAsync(Roles, session, cancellationToken);
        if (roles.Status == 404)
            return null;
        var role = roles.Body.Split('\n')[0].Trim();
        var answer = await GetAsync(Roles + Uri.EscapeDataString(role), session, cancellationToken);
        return answer.Status == 200
            ? AwsCredentialJson.Parse(answer.Body, Place)
            : throw new AwsCredentialException($"{Place} answers {answer.Status} when it is asked for credentials");
    }

    private async Task<AwsHttpAnswer> GetAsync(string path, string session, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(path));
        request.Headers.TryAddWithoutValidation("X-aws-ec2-metadata-token", session.Trim());
        return await AwsHttp.SendAsync(request, Patience, time, cancellationToken)
            ?? throw new AwsCredentialException($"{Place} does not answer any more");
    }

    private Uri At(string path) =>
        new(Uri.TryCreate(environment.MetadataEndpoint, UriKind.Absolute, out var own) ? own : Default, "/" + path);
}
