using System.Net;
using System.Net.Sockets;

namespace Transponder.Tests.Rig;

/// <summary>A loopback port that nothing listens on. For outside servers that cannot take port 0; ours bind port 0 themselves.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
