using System.Net;

namespace Transponder.Cloud.Aws;

/// <summary>What ECS and EKS's pod identity give to a container at an address that the environment names.</summary>
/// <param name="environment">The environment.</param>
/// <param name="time">The time.</param>
public sealed class AwsContainerSource(AwsEnvironment environment, TimeProvider time) : IAwsCredentialSource
{
    private const string Place = "the container's credential endpoint";
    private static readonly Uri Ecs = new("http://169.254.170.2/");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly IPAddress[] Agents =
    [
        IPAddress.Parse("169.254.170.2"),
        IPAddress.Parse("169.254.170.23"),
        IPAddress.Parse("fd00:ec2::23"),
    ];

    /// <inheritdoc/>
    public async Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken)
    {
        if (Address() is not { } address)
            return null;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/json");
        var token = environment.ContainerTokenFile is { } file
            ? await AwsTokenFile.ReadAsync(file, cancellationToken)
            : environment.ContainerToken;
        if (
            token is not null
            && !(token.AsSpan().IndexOfAny('\r', '\n') < 0 && request.Headers.TryAddWithoutValidation("Authorization", token))
        )
            throw new AwsCredentialException($"the token for {Place} is not one line");

        var answer =
            await AwsHttp.SendAsync(request, Patience, time, cancellationToken)
            ?? throw new AwsCredentialException($"{Place} at {address.Authority} cannot be reached");
        return answer.Status == 200
            ? AwsCredentialJson.Parse(answer.Body, Place)
            : throw new AwsCredentialException($"{Place} at {address.Authority} answers {answer.Status}");
    }

    private Uri? Address()
    {
        if (environment.ContainerRelativeUri is { } path)
            return new Uri(Ecs, path);
        if (environment.ContainerFullUri is not { } full)
            return null;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var address) || !MaySendToken(address))
            throw new AwsCredentialException(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must begin with https://, or lead to loopback or to the address of ECS's or EKS's agent"
            );
        return address;
    }

    // Over plain http the token and the keys may go no further than to this machine or to the agent.
    private static bool MaySendToken(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        || (
            address.Scheme == Uri.UriSchemeHttp
            && (address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && Array.IndexOf(Agents, ip) >= 0))
        );
}
