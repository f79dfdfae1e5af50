using System.Globalization;
using System.Net.Sockets;

namespace Transponder.Tests.Rig;

/// <summary>A NATS server on loopback, with a configuration and a store of its own.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly TempDirectory folder;

    private NatsServer(ChildProcess process, TempDirectory folder, int port) => (this.process, this.folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <param name="settings">What its configuration has besides the port and JetStream's directory.</param>
    /// <param name="jetStream">Whether it stores streams.</param>
    public static async Task<NatsServer> StartAsync(string settings = "", bool jetStream = false)
    {
        var program = Executable.Require("nats-server", "nats-server");
        var port = FreePort.Next();
        var folder = new TempDirectory();
        var store = jetStream ? $"jetstream {{ store_dir: \"{folder.File("store")}\" }}" : "";
        var file = folder.Write(
            "nats.conf",
            string.Create(CultureInfo.InvariantCulture, $"listen: \"127.0.0.1:{port}\"\n{store}\n{settings}\n")
        );
        var server = new NatsServer(ChildProcess.Start(program, ["-c", file]), folder, port);
        await server.process.LineAsync("Server is ready");
        await Eventually.TrueAsync(() => ListensAsync(port), "nats-server to listen");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
