using System.Net;
using System.Net.Sockets;
using Transponder.Core.Delivery;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;
using Transponder.Server.Configuration;

namespace Transponder.Server.Doctor;

/// <summary>Looks at what a configuration names, on this machine, without starting a server and without changing the store's schema.</summary>
internal sealed class LocalCheckup(TransponderOptions options, ILoggerFactory logs, TimeProvider time)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        findings.AddRange(await StoreAsync(cancellationToken));
        findings.AddRange(Ports());
        findings.AddRange(ClusterCheckup.Run(options.Auth));
        using var outbound = new OutboundHttp(new OutboundOptions { Policy = options.Outbound }, time);
        await using var channels = ChannelFactory.Create(options, outbound, time, logs.CreateLogger<ChannelSet>());
        findings.AddRange(await new ChannelCheckup(channels, options).RunAsync(cancellationToken));
        findings.AddRange(await SinkCheckup.RunAsync(options.Sinks, cancellationToken));
        return findings;
    }

    private async Task<IReadOnlyList<Finding>> StoreAsync(CancellationToken cancellationToken)
    {
        if (options.Store is SqliteOptions sqlite && !File.Exists(sqlite.File))
            return
            [
                Finding.Ok("store", "", $"SQLite {sqlite.File} does not exist yet; serve makes it"),
                .. StoreCheckup.Disk(sqlite.File) is { } disk ? [disk] : Array.Empty<Finding>(),
            ];
        try
        {
            await using var store = StoreFactory.Open(options.Store, logs, time);
            return await new StoreCheckup(store, options.Store, time).RunAsync(cancellationToken);
        }
        catch (StoreException error)
        {
            return [InUse() ?? Finding.Fail("store", "", error.Message, "see that its folder exists and may be written by this user")];
        }
    }

    // One process holds a SQLite database; if ours listens, it is that one.
    private Finding? InUse() =>
        options.Store is SqliteOptions sqlite && !IsFree(options.Wire.GrpcPort)
            ? Finding.Ok("store", "", $"SQLite {sqlite.File} is held by another process, as by a server that runs; --server asks it")
            : null;

    private IEnumerable<Finding> Ports()
    {
        foreach (var (name, port) in new[] { ("http", options.Wire.HttpPort), ("grpc", options.Wire.GrpcPort) })
        {
            if (port == 0)
                yield return Finding.Ok("ports", name, "0: any free port");
            else if (IsFree(port))
                yield return Finding.Ok("ports", name, $"{options.Wire.Host}:{port} is free");
            else
                yield return Finding.Warn(
                    "ports",
                    name,
                    $"{options.Wire.Host}:{port} is taken",
                    "by this server, if it runs already; else end the other program or choose another port under server"
                );
        }
    }

    private bool IsFree(int port)
    {
        var address = options.Wire.Host switch
        {
            "localhost" => IPAddress.Loopback,
            var host => IPAddress.TryParse(host, out var ip) ? ip : IPAddress.Any,
        };
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
