using Amazon;

namespace Transponder.Cloud.Aws;

/// <summary>Where AWS's services are reached.</summary>
public static class AwsEndpoint
{
    /// <summary>The public address of a service in a region, of whichever partition.</summary>
    /// <param name="service">The service's name in addresses: <c>sns</c>.</param>
    /// <param name="region">The region.</param>
    public static Uri Of(string service, string region) =>
        new($"https://{service}.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/");
}
