namespace Transponder.Integrations.Artifacts.Local;

/// <summary>Files in a directory, reached through the server's own HTTP port.</summary>
public sealed record LocalArtifactOptions
{
    /// <summary>The directory; it is made when it is first needed.</summary>
    public string Directory { get; init; } = "./data/artifacts";

    /// <summary>Where clients reach the HTTP port; null = where it listens.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The largest file.</summary>
    public long MaxUploadBytes { get; init; } = 256L * 1024 * 1024;
}
