using Transponder.Core.Data;
using Transponder.Integrations.Artifacts.Local;
using Transponder.Integrations.Artifacts.S3;

namespace Transponder.Server;

/// <summary>Opens the place for users' files that the configuration names.</summary>
internal static class ArtifactStoreFactory
{
    /// <param name="options">The place's options; null = there is none.</param>
    /// <param name="address">Where the HTTP port listens.</param>
    /// <param name="time">The time.</param>
    public static IArtifactStore? Open(object? options, Func<Uri> address, TimeProvider time) =>
        options switch
        {
            null => null,
            LocalArtifactOptions local => new LocalArtifactStore(local, address, time),
            S3Options s3 => new S3ArtifactStore(s3, time),
            _ => throw new ArgumentException($"no place for files for {options.GetType().Name}", nameof(options)),
        };
}
