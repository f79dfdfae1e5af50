using Transponder.Core.Catalog;

namespace Transponder.Server.Services;

/// <summary>What the configuration decides about the admin service.</summary>
public sealed record AdminOptions
{
    /// <summary>The domains of every project.</summary>
    public IReadOnlyList<DomainOption> Domains { get; init; } = DomainOption.Defaults;

    /// <summary>Asked at each use: false turns wrong addresses and unknown tokens in notifications from errors into warnings.</summary>
    public Func<bool> StrictAddresses { get; init; } = () => true;

    /// <summary>What GetVersion answers.</summary>
    public required string Version { get; init; }
}
