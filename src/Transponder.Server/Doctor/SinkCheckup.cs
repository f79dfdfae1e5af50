using System.Net.Sockets;
using Transponder.Core.Egress;
using Transponder.Core.Store;
using Transponder.Server.Sinks;

namespace Transponder.Server.Doctor;

/// <summary>Looks at every sink without sending an event: whether its host can be reached, and in a server that runs, whether events get through.</summary>
internal static class SinkCheckup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Of a configuration alone.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(IEnumerable<SinkOptions> sinks, CancellationToken cancellationToken) =>
        await Task.WhenAll(sinks.Select(sink => LookAsync(sink, null, cancellationToken)));

    /// <summary>Of a server that runs.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(EventEgress egress, CancellationToken cancellationToken)
    {
        try
        {
            var statuses = (await egress.StatusAsync(cancellationToken)).ToDictionary(status => status.Name);
            return await Task.WhenAll(
                egress.Sinks.Select(sink => LookAsync(sink, statuses.GetValueOrDefault(sink.Name), cancellationToken))
            );
        }
        catch (StoreException)
        {
            // The store's own finding says why.
            return await RunAsync(egress.Sinks, cancellationToken);
        }
    }

    private static async Task<Finding> LookAsync(SinkOptions sink, SinkStatus? status, CancellationToken cancellationToken)
    {
        if (sink.Missing is { } missing)
            return Finding.Fail("sink", sink.Name, $"{sink.Type}: {missing}", "install it, and restart; events wait until then");
        var failure = await ReachAsync(sink.Peers, cancellationToken);
        if (failure is not null)
            return Finding.Fail(
                "sink",
                sink.Name,
                $"{sink.Type}: {failure}",
                "see that the host is right and can be reached from here; events wait until it can"
            );
        var reached = sink.Peers.Count == 0 ? sink.Target : $"{sink.Target} can be reached";
        return status switch
        {
            { State: SinkState.Waiting } => Finding.Fail(
                "sink",
                sink.Name,
                $"{sink.Type}: nothing gets through: {status.Error}",
                "correct what it says; events wait until they get through"
            ),
            { State: SinkState.Refusing } => Finding.Fail(
                "sink",
                sink.Name,
                $"{sink.Type}: {status.Error}",
                "correct what the other side objects to, or set quarantineLimit: 0 to let all of them go into quarantine"
            ),
            { Held: > 0 } => Finding.Warn(
                "sink",
                sink.Name,
                $"{sink.Type}: {status.Held} executions are held, as one message of each fails",
                "look at its log"
            ),
            { Quarantined: > 0 } => Finding.Warn(
                "sink",
                sink.Name,
                $"{sink.Type}: {status.Quarantined} messages are in quarantine",
                $"look at them: transponder sinks quarantine {sink.Name}"
            ),
            _ => Finding.Ok("sink", sink.Name, $"{sink.Type}: {reached}"),
        };
    }

    /// <summary>Null when one of the hosts takes a connection, or there is none to try.</summary>
    private static async Task<string?> ReachAsync(IReadOnlyList<SinkPeer> peers, CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(peers.Select(peer => ConnectAsync(peer, cancellationToken)));
        return failures.Length == 0 || failures.Contains(null) ? null : failures[0];
    }

    private static async Task<string?> ConnectAsync(SinkPeer peer, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await client.ConnectAsync(peer.Host, peer.Port, deadline.Token);
            return null;
        }
        catch (SocketException error)
        {
            return $"{peer}: {error.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{peer}: no connection in time";
        }
    }
}
