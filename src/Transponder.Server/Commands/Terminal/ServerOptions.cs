using System.CommandLine;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Transponder.Client;
using Transponder.Notifiers;
using Transponder.Protocol;

namespace Transponder.Server.Commands.Terminal;

/// <summary>The options of every command that asks a server, and the client that they make.</summary>
internal sealed class ServerOptions
{
    private const string AddressVariable = "TRANSPONDER_SERVER";
    private const string TokenVariable = "TRANSPONDER_TOKEN";
    private const string DefaultAddress = "http://127.0.0.1:8089";

    private readonly Option<string> server = new("--server")
    {
        Description = $"The server's gRPC address; else {AddressVariable}, else {DefaultAddress}.",
        HelpName = "URL",
    };

    private readonly Option<string> tokenFile = new("--token-file")
    {
        Description = $"A file that holds the API token; else {TokenVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<string> ca = new("--ca")
    {
        Description = "A PEM file of authorities to trust in place of the system's.",
        HelpName = "FILE",
    };

    private readonly Option<double> timeout = new("--timeout")
    {
        Description = "How many seconds one call may take.",
        DefaultValueFactory = _ => 30,
        HelpName = "SECONDS",
    };

    public ServerOptions(Command command)
    {
        command.Options.Add(server);
        command.Options.Add(tokenFile);
        command.Options.Add(ca);
        command.Options.Add(timeout);
    }

    /// <summary>True when the arguments or the environment name a server.</summary>
    public bool IsNamed(ParseResult arguments) =>
        arguments.GetValue(server) is not null || SecretRef.FromEnvironment(AddressVariable).TryResolve(out _, out _);

    /// <summary>The server's address.</summary>
    public Uri Address(ParseResult arguments)
    {
        var text =
            arguments.GetValue(server)
            ?? (SecretRef.FromEnvironment(AddressVariable).TryResolve(out var variable, out _) ? variable : DefaultAddress);
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0;
        return isUrl ? url! : throw new UsageFailure($"\"{text}\" is no address of a server; write e.g. {DefaultAddress}");
    }

    /// <summary>A client of the server; the caller disposes of it.</summary>
    public TransponderClient Connect(ParseResult arguments, Screen screen)
    {
        var address = Address(arguments);
        var token = Token(arguments);
        if (token is not null && address.Scheme == "http" && !IsLoopback(address))
            screen.Remark($"warning: the token goes to {address} in clear text; use https");
        return new TransponderClient(
            address,
            new GrpcChannelOptions
            {
                DefaultTimeout = TimeSpan.FromSeconds(Math.Clamp(arguments.GetValue(timeout), 0.001, 86_400)),
                Token = token is null ? null : () => token,
                Tls = Tls(arguments),
            }
        );
    }

    private string? Token(ParseResult arguments)
    {
        if (arguments.GetValue(tokenFile) is not { } file)
            return SecretRef.FromEnvironment(TokenVariable).TryResolve(out var variable, out _) ? variable.Trim() : null;
        return SecretRef.FromFile(file).TryResolve(out var token, out var problem) ? token.Trim() : throw new UsageFailure(problem);
    }

    private SslClientAuthenticationOptions? Tls(ParseResult arguments)
    {
        if (arguments.GetValue(ca) is not { } file)
            return null;
        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            chain.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageFailure($"--ca {file} cannot be read: {error.Message}");
        }

        return chain.CustomTrustStore.Count > 0
            ? new SslClientAuthenticationOptions { CertificateChainPolicy = chain }
            : throw new UsageFailure($"--ca {file} holds no certificate");
    }

    private static bool IsLoopback(Uri address) =>
        address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
