namespace Transponder.Cloud.Aws;

/// <summary>What AWS's own tools read from the process environment; empty values count as absent.</summary>
public sealed record AwsEnvironment
{
    /// <summary>The environment of this process, read anew at each use.</summary>
    public static AwsEnvironment Current =>
        new()
        {
            AccessKey = Read("AWS_ACCESS_KEY_ID"),
            SecretKey = Read("AWS_SECRET_ACCESS_KEY"),
            SessionToken = Read("AWS_SESSION_TOKEN"),
            Region = Read("AWS_REGION") ?? Read("AWS_DEFAULT_REGION"),
            Profile = Read("AWS_PROFILE"),
            CredentialsFile = Read("AWS_SHARED_CREDENTIALS_FILE") ?? WellKnown("credentials"),
            ConfigFile = Read("AWS_CONFIG_FILE") ?? WellKnown("config"),
            RoleArn = Read("AWS_ROLE_ARN"),
            RoleSessionName = Read("AWS_ROLE_SESSION_NAME"),
            WebIdentityTokenFile = Read("AWS_WEB_IDENTITY_TOKEN_FILE"),
            ContainerRelativeUri = Read("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
            ContainerFullUri = Read("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            ContainerToken = Read("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
            ContainerTokenFile = Read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
            MetadataEndpoint = Read("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
            NoMetadata = string.Equals(Read("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase),
            StsEndpoint = Read("AWS_ENDPOINT_URL_STS") ?? Read("AWS_ENDPOINT_URL"),
        };

    /// <summary><c>AWS_ACCESS_KEY_ID</c>.</summary>
    public string? AccessKey { get; init; }

    /// <summary><c>AWS_SECRET_ACCESS_KEY</c>.</summary>
    public string? SecretKey { get; init; }

    /// <summary><c>AWS_SESSION_TOKEN</c>.</summary>
    public string? SessionToken { get; init; }

    /// <summary><c>AWS_REGION</c> or <c>AWS_DEFAULT_REGION</c>: where STS is asked.</summary>
    public string? Region { get; init; }

    /// <summary><c>AWS_PROFILE</c>: the profile of the shared files; null = the one called default, if there is one.</summary>
    public string? Profile { get; init; }

    /// <summary><c>AWS_SHARED_CREDENTIALS_FILE</c>, or where the tools keep it without that.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary><c>AWS_CONFIG_FILE</c>, or where the tools keep it without that.</summary>
    public string? ConfigFile { get; init; }

    /// <summary><c>AWS_ROLE_ARN</c>: the role that the web identity assumes.</summary>
    public string? RoleArn { get; init; }

    /// <summary><c>AWS_ROLE_SESSION_NAME</c>: what AWS's logs call the session.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary><c>AWS_WEB_IDENTITY_TOKEN_FILE</c>: where Kubernetes keeps the service account's token.</summary>
    public string? WebIdentityTokenFile { get; init; }

    /// <summary><c>AWS_CONTAINER_CREDENTIALS_RELATIVE_URI</c>: ECS's credentials, by path.</summary>
    public string? ContainerRelativeUri { get; init; }

    /// <summary><c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c>: EKS's pod identity, or another agent.</summary>
    public string? ContainerFullUri { get; init; }

    /// <summary><c>AWS_CONTAINER_AUTHORIZATION_TOKEN</c>.</summary>
    public string? ContainerToken { get; init; }

    /// <summary><c>AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE</c>, which comes before the token itself.</summary>
    public string? ContainerTokenFile { get; init; }

    /// <summary><c>AWS_EC2_METADATA_SERVICE_ENDPOINT</c>; null = the instance's own address.</summary>
    public string? MetadataEndpoint { get; init; }

    /// <summary><c>AWS_EC2_METADATA_DISABLED=true</c>: there is no metadata service here.</summary>
    public bool NoMetadata { get; init; }

    /// <summary><c>AWS_ENDPOINT_URL_STS</c> or <c>AWS_ENDPOINT_URL</c>; null = AWS.</summary>
    public string? StsEndpoint { get; init; }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? WellKnown(string file) =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".aws", file) : null;
}
