using System.Globalization;

namespace Transponder.Cloud.Aws;

/// <summary>Exchanges one identity for another: STS.</summary>
/// <param name="endpoint">Where the service is.</param>
/// <param name="region">The region that requests are signed for.</param>
/// <param name="time">The time.</param>
public sealed class AwsSts(Uri endpoint, string region, TimeProvider time)
{
    private const string Version = "2011-06-15";
    private const string GlobalRegion = "us-east-1";
    private const int LongestText = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The service where the environment says, or in the environment's region.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="time">The time.</param>
    public static AwsSts Of(AwsEnvironment environment, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var region = environment.Region ?? GlobalRegion;
        return new AwsSts(
            Uri.TryCreate(environment.StsEndpoint, UriKind.Absolute, out var own) ? own : AwsEndpoint.Of("sts", region),
            region,
            time
        );
    }

    /// <summary>Assumes a role with a token of an identity provider that the role trusts. Needs no credentials.</summary>
    /// <param name="role">Which role, as whom.</param>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<AwsCredentials> AssumeRoleWithWebIdentityAsync(AwsRole role, string token, CancellationToken cancellationToken) =>
        SendAsync(Query("AssumeRoleWithWebIdentity", role).Add("WebIdentityToken", token).ToRequest(endpoint), role, cancellationToken);

    /// <summary>Assumes a role with other credentials.</summary>
    /// <param name="role">Which role, as whom.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<AwsCredentials> AssumeRoleAsync(AwsRole role, AwsCredentials credentials, CancellationToken cancellationToken) =>
        SendAsync(
            Query("AssumeRole", role).ToRequest(endpoint, new AwsScope(region, "sts"), credentials, time.GetUtcNow()),
            role,
            cancellationToken
        );

    private static AwsQuery Query(string action, AwsRole role)
    {
        ArgumentNullException.ThrowIfNull(role);
        var query = new AwsQuery(action, Version).Add("RoleArn", role.Arn).Add("RoleSessionName", role.Session);
        return role.ExternalId is { } id ? query.Add("ExternalId", id) : query;
    }

    private async Task<AwsCredentials> SendAsync(HttpRequestMessage request, AwsRole role, CancellationToken cancellationToken)
    {
        using var sent = request;
        var answer =
            await AwsHttp.SendAsync(sent, Patience, time, cancellationToken)
            ?? throw new AwsCredentialException($"STS at {endpoint.IdnHost} cannot be reached to assume {role.Arn}");
        var xml = AwsQuery.Parse(answer.Body);
        if (answer.Status != 200)
            throw new AwsCredentialException(
                $"STS does not let {role.Arn} be assumed: {Why(answer.Status, AwsQuery.Text(xml, "Code"), AwsQuery.Text(xml, "Message"))}"
            );
        var (id, key, token) = (
            AwsQuery.Text(xml, "AccessKeyId"),
            AwsQuery.Text(xml, "SecretAccessKey"),
            AwsQuery.Text(xml, "SessionToken")
        );
        if (id.Length == 0 || key.Length == 0 || token.Length == 0)
            throw new AwsCredentialException($"STS at {endpoint.IdnHost} answered something else than credentials");
        return new AwsCredentials(id, key, token)
        {
            Expires = DateTimeOffset.TryParse(
                AwsQuery.Text(xml, "Expiration"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var end
            )
                ? end
                : null,
        };
    }

    // What is said of a wrong signature repeats the request, its session token included.
    private static string Why(int status, string code, string message) =>
        code switch
        {
            "" => string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"),
            "SignatureDoesNotMatch" or "IncompleteSignature" => $"{code}: check the secret key and the machine's clock",
            _ => $"{code}: {Line(message)}",
        };

    private static string Line(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= LongestText ? line : $"{line[..LongestText]}…";
    }
}

/// <summary>A role to assume.</summary>
/// <param name="Arn">Which.</param>
/// <param name="Session">What AWS's logs call the session.</param>
/// <param name="ExternalId">What the role's trust policy may ask for besides.</param>
public sealed record AwsRole(string Arn, string Session = AwsRole.DefaultSession, string? ExternalId = null)
{
    /// <summary>What sessions are called that nobody names.</summary>
    public const string DefaultSession = "transponder";
}
