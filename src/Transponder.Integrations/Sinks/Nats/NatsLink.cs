using System.Net.Sockets;
using System.Security.Cryptography;
using Transponder.Integrations.Sinks.Nats.Wire;

namespace Transponder.Integrations.Sinks.Nats;

/// <summary>The sink's one connection, made when it is needed and again after it broke, to the next server that answers.</summary>
internal sealed class NatsLink(NatsSinkOptions options) : IDisposable
{
    private readonly NatsAddress[] servers = [.. options.Servers.Select(NatsAddress.Parse)];
    private readonly SemaphoreSlim connecting = new(1);
    private NatsConnection? current;
    private int turn;
    private volatile bool closed;

    /// <summary>The servers, for people.</summary>
    public string Servers => string.Join(", ", servers.Select(server => server.ToString()));

    public async Task<NatsConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (current is { IsBroken: false })
                return current;
            current = await ConnectToAnyAsync(cancellationToken).ConfigureAwait(false);
            if (closed)
                current.Break("the sink was closed");
            return current;
        }
        finally
        {
            connecting.Release();
        }
    }

    public void Dispose()
    {
        closed = true;
        current?.Break("the sink was closed");
    }

    private async Task<NatsConnection> ConnectToAnyAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = servers[turn % servers.Length];
            try
            {
                return await ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsFailure failure)
            {
                turn = (turn + 1) % servers.Length;
                if (attempt == servers.Length || closed)
                    throw new NatsFailure($"{server}: {failure.Message}");
            }
        }
    }

    private async Task<NatsConnection> ConnectAsync(NatsAddress server, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.ConnectTimeout);
        try
        {
            return await NatsHandshake.ConnectAsync(server, options, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsFailure("no connection in time");
        }
        catch (SocketException error)
        {
            throw new NatsFailure(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NatsFailure(error.Message.ReplaceLineEndings(" "));
        }
    }
}
