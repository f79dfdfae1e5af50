using System.Net;
using System.Net.Sockets;

namespace Transponder.Notifiers.Outbound;

/// <summary>
/// Opens the connections of <see cref="OutboundHttp"/>: resolves the name once, drops the addresses that the policy forbids, and connects to one
/// of those that are left, so that no second look-up can lead elsewhere.
/// </summary>
internal sealed class GuardedConnector(OutboundOptions options)
{
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ConnectAsync(context.DnsEndPoint, context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps, cancellationToken);

    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, bool encrypted, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.ConnectTimeout);
        var host = endPoint.Host;
        try
        {
            var addresses = await ResolveAsync(host, deadline.Token).ConfigureAwait(false);
            var permitted = Array.FindAll(addresses, a => options.Policy.Permits(a, encrypted));
            if (permitted.Length == 0)
                throw new BlockedAddressException(Refusal(host, addresses, encrypted));
            return await ConnectToAnyAsync(permitted, endPoint.Port, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return Task.FromResult<IPAddress[]>([literal]);
        return options.Resolve is { } resolve ? resolve(host, cancellationToken) : Dns.GetHostAddressesAsync(host, cancellationToken);
    }

    private async Task<Stream> ConnectToAnyAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var last = i == addresses.Length - 1;
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (!last)
                share.CancelAfter(options.ConnectTimeout / addresses.Length);
            try
            {
                return await ConnectToAsync(addresses[i], port, share.Token).ConfigureAwait(false);
            }
            catch (SocketException) when (!last) { }
            catch (OperationCanceledException) when (!last && !cancellationToken.IsCancellationRequested) { }
        }
    }

    private static async Task<Stream> ConnectToAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string Refusal(string host, IPAddress[] addresses, bool encrypted)
    {
        if (addresses.Length == 0)
            return $"{host} has no address";
        if (!encrypted && Array.Exists(addresses, a => options.Policy.Permits(a, encrypted: true)))
            return $"plain http to {host} is refused: only addresses in outbound.allow may be reached without TLS";
        var where = addresses[0].ToString() == host ? host : $"{host} ({addresses[0]})";
        return $"{where} is not a public address and not in outbound.allow";
    }
}

/// <summary>No address of the host may be connected to.</summary>
internal sealed class BlockedAddressException(string message) : Exception(message);
