using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>Opens a connection: TCP, the server's INFO, TLS when either side asks for it, CONNECT.</summary>
internal static class NatsHandshake
{
    private const int LongestInfo = 64 * 1024;

    public static async Task<NatsConnection> ConnectAsync(NatsAddress address, NatsSinkOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream stream;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        NatsConnection? connection = null;
        try
        {
            var info = NatsServerInfo.Parse(await ReadLineAsync(stream, cancellationToken).ConfigureAwait(false));
            var encrypted = options.Tls || address.Tls || info.TlsRequired;
            if (encrypted)
                stream = await EncryptAsync(stream, address.Host, options, cancellationToken).ConfigureAwait(false);
            connection = new NatsConnection(stream, address.ToString(), info);
            await connection.FlushAsync(Connect(address, options, encrypted, connection), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection?.Dispose();
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Byte by byte: what follows the line may belong to TLS.</summary>
    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>(512);
        var one = new byte[1];
        while (line.Count < LongestInfo && await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd();
            line.Add(one[0]);
        }
        throw new NatsFailure(line.Count == 0 ? "the server closed the connection" : "what answers is no NATS server");
    }

    private static async Task<Stream> EncryptAsync(Stream stream, string host, NatsSinkOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(Authentication(host, options), cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (Exception error) when (error is AuthenticationException or CryptographicException)
        {
            throw new NatsFailure($"TLS could not be established: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static SslClientAuthenticationOptions Authentication(string host, NatsSinkOptions options)
    {
        var authentication = new SslClientAuthenticationOptions { TargetHost = host };
        if (options.SkipTlsVerify)
            authentication.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        if (options.CaFile is { } ca)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(ca);
            authentication.CertificateChainPolicy = policy;
        }
        if (options.CertificateFile is { } certificate)
            authentication.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.KeyFile)];
        return authentication;
    }

    private static ReadOnlyMemory<byte> Connect(NatsAddress address, NatsSinkOptions options, bool encrypted, NatsConnection connection)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        buffer.Write("CONNECT "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("verbose", false);
            json.WriteBoolean("pedantic", false);
            json.WriteBoolean("tls_required", encrypted);
            json.WriteBoolean("headers", true);
            json.WriteBoolean("no_responders", true);
            json.WriteBoolean("echo", false);
            json.WriteNumber("protocol", 1);
            json.WriteString("name", "transponder");
            json.WriteString("lang", "csharp");
            json.WriteString("version", "1");
            WriteCredentials(json, address, options);
            json.WriteEndObject();
        }
        buffer.Write("\r\n"u8);
        if (options.JetStream)
            buffer.Write(Encoding.ASCII.GetBytes($"SUB {connection.Inbox}* 1\r\n"));
        return buffer.WrittenMemory;
    }

    private static void WriteCredentials(Utf8JsonWriter json, NatsAddress address, NatsSinkOptions options)
    {
        if (options.Token is { } token)
        {
            json.WriteString("auth_token", token.TryResolve(out var value, out var problem) ? value : throw new NatsFailure(problem));
        }
        else if (options.User is not null || options.Password is not null)
        {
            json.WriteString("user", options.User);
            if (options.Password is { } password)
                json.WriteString("pass", password.TryResolve(out var value, out var problem) ? value : throw new NatsFailure(problem));
        }
        else if (address.Credentials.Length > 0)
        {
            var parts = address.Credentials.Split(':', 2);
            json.WriteString(parts.Length == 2 ? "user" : "auth_token", parts[0]);
            if (parts.Length == 2)
                json.WriteString("pass", parts[1]);
        }
    }
}
