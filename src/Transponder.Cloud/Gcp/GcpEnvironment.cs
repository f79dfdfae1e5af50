namespace Transponder.Cloud.Gcp;

/// <summary>What Google's own tools read from the process environment; empty values count as absent.</summary>
public sealed record GcpEnvironment
{
    /// <summary>The environment of this process, read anew at each use.</summary>
    public static GcpEnvironment Current =>
        new()
        {
            CredentialsFile = Read("GOOGLE_APPLICATION_CREDENTIALS"),
            ToolsDirectory = Read("CLOUDSDK_CONFIG") ?? WellKnownDirectory(),
            QuotaProject = Read("GOOGLE_CLOUD_QUOTA_PROJECT"),
            MetadataHost = Read("GCE_METADATA_HOST"),
            NoMetadata = string.Equals(Read("NO_GCE_CHECK"), "true", StringComparison.OrdinalIgnoreCase),
            PubSubEmulatorHost = Read("PUBSUB_EMULATOR_HOST"),
        };

    /// <summary><c>GOOGLE_APPLICATION_CREDENTIALS</c>: a credentials file that comes before all else.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary><c>CLOUDSDK_CONFIG</c>, or where gcloud keeps its files without it.</summary>
    public string? ToolsDirectory { get; init; }

    /// <summary><c>GOOGLE_CLOUD_QUOTA_PROJECT</c>: the project that is charged.</summary>
    public string? QuotaProject { get; init; }

    /// <summary><c>GCE_METADATA_HOST</c>: where the metadata server is, with its port unless that is 80; null = its own address.</summary>
    public string? MetadataHost { get; init; }

    /// <summary><c>NO_GCE_CHECK=true</c>: there is no metadata server here.</summary>
    public bool NoMetadata { get; init; }

    /// <summary><c>PUBSUB_EMULATOR_HOST</c>: host and port of an emulator that stands in for Pub/Sub.</summary>
    public string? PubSubEmulatorHost { get; init; }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? WellKnownDirectory()
    {
        var root =
            OperatingSystem.IsWindows() ? Read("APPDATA")
            : Read("HOME") is { } home ? Path.Combine(home, ".config")
            : null;
        return root is null ? null : Path.Combine(root, "gcloud");
    }
}
