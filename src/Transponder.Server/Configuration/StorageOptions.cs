using Transponder.Core.Data;
using Transponder.Integrations.Artifacts.Local;
using Transponder.Integrations.Artifacts.S3;

namespace Transponder.Server.Configuration;

/// <summary>Where users' files are kept, and what may be asked of the data proxy.</summary>
public sealed record StorageOptions
{
    /// <summary><see cref="LocalArtifactOptions"/> or <see cref="S3Options"/>; null = there is no data proxy.</summary>
    public object? Place { get; init; } = new LocalArtifactOptions();

    /// <summary>The data proxy's limits.</summary>
    public DataProxyOptions Proxy { get; init; } = new();
}
