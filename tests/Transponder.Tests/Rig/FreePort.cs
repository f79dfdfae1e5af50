using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Transponder.Tests.Rig;

/// <summary>
/// A loopback port that nothing listens on, given to one caller only. It lies below those that the system hands out by itself, so that no other
/// connection takes it before it is bound, or while its server is away. For outside servers that cannot take port 0; ours bind port 0 themselves.
/// </summary>
public static class FreePort
{
    private const int Lowest = 12_000;

    private static readonly int Count = Math.Max(1_000, FirstOfTheSystem() - Lowest);
    private static int last = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref last) % (uint)Count);
            if (IsFree(port))
                return port;
        }
        throw new InvalidOperationException($"no port from {Lowest} to {Lowest + Count - 1} is free");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FirstOfTheSystem()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split('\t', ' ')[0], CultureInfo.InvariantCulture) : 32_768;
    }
}
