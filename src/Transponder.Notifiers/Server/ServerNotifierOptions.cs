using System.Security.Cryptography.X509Certificates;
using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Server;

/// <summary>Which Transponder server takes the messages, by which of its channels they go, and who sends them.</summary>
public sealed record ServerNotifierOptions
{
    /// <summary>Where a token is projected into the pod, unless <c>TRANSPONDER_TOKEN_FILE</c> says otherwise.</summary>
    public const string DefaultTokenFile = "/var/run/secrets/transponder/token";

    /// <summary>The server's HTTP address, e.g. <c>http://transponder.flyte:8088</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>A name under <c>channels</c> or <c>recipients</c> of the server's configuration.</summary>
    public required string Channel { get; init; }

    /// <summary>An API token, or the projected token of the pod's service account; read at each use, since it is renewed. Null = the server asks for none.</summary>
    public SecretRef? Token { get; init; }

    /// <summary>Certificate authorities that are trusted in place of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// What the pod's environment says: <c>TRANSPONDER_ENDPOINT</c>, and as the token <c>TRANSPONDER_TOKEN</c>, or the file that
    /// <c>TRANSPONDER_TOKEN_FILE</c> names, or <see cref="DefaultTokenFile"/> where there is one; the authorities in <c>TRANSPONDER_CA_FILE</c>. Null when
    /// it names no server.
    /// </summary>
    /// <param name="channel">The server's channel.</param>
    public static ServerNotifierOptions? FromPod(string channel) => From(PodEnvironment.Read(), channel);

    internal static ServerNotifierOptions? From(PodEnvironment environment, string channel)
    {
        if (environment.Server is not { } server)
            return null;
        var roots = server.CaFile is null ? null : new X509Certificate2Collection();
        roots?.ImportFromPemFile(server.CaFile!);
        return new ServerNotifierOptions
        {
            Endpoint = server.Endpoint,
            Channel = channel,
            Token =
                server.TokenVariable is { } variable ? SecretRef.FromEnvironment(variable)
                : server.TokenFile is { } file ? SecretRef.FromFile(file)
                : File.Exists(DefaultTokenFile) ? SecretRef.FromFile(DefaultTokenFile)
                : null,
            TrustedRoots = roots,
        };
    }

    /// <summary>What is wrong with the address; null when nothing is.</summary>
    internal string? Problem() =>
        Uri.TryCreate(Endpoint, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.UserInfo.Length == 0
        && url.Query.Length == 0
            ? null
            : "the endpoint must be an address such as https://transponder.example.com, without a user and a query";
}
