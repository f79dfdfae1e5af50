using System.Net;
using System.Net.Sockets;

namespace Transponder.Tests.Rig;

/// <summary>A loopback port that refuses connections until it is disposed: it is held, so that no other test's server gets it meanwhile.</summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="number">The port of a server that has just ended; 0 = any.</param>
    public ClosedPort(int number = 0)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, number));
        Number = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public void Dispose() => socket.Dispose();
}
