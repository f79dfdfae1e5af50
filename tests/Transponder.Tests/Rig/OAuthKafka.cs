using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Transponder.Tests.Rig;

/// <summary>
/// A broker of Kafka that takes any token by OAUTHBEARER (KIP-43, KIP-255) and notes it, and knows no topic. Its connections last until they are dropped.
/// </summary>
public sealed class OAuthKafka : IAsyncDisposable
{
    private const short Metadata = 3;
    private const short SaslHandshake = 17;
    private const short ApiVersions = 18;
    private const short SaslAuthenticate = 36;
    private const short LeaderNotAvailable = 5;
    private const short UnsupportedVersion = 35;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private readonly ConcurrentQueue<(string Token, DateTimeOffset At)> seen = new();
    private readonly Task accepting;

    private OAuthKafka()
    {
        listener.Start();
        accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The tokens that came, and when.</summary>
    public IReadOnlyList<(string Token, DateTimeOffset At)> Seen => [.. seen];

    public static OAuthKafka Start() => new();

    /// <summary>Cuts all connections that have shown a token.</summary>
    public void Drop()
    {
        foreach (var (socket, hasToken) in open)
            if (hasToken)
                socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        foreach (var socket in open.Keys)
            socket.Close();
        await accepting;
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(ending.Token);
                open[socket] = false;
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException) { }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var size = new byte[4];
            while (true)
            {
                await stream.ReadExactlyAsync(size, ending.Token);
                var request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await stream.ReadExactlyAsync(request, ending.Token);
                var answer = new Writer();
                answer.Bytes(request.AsSpan(4, 4));
                Answer(socket, new Reader(request), answer);
                await stream.WriteAsync(answer.Framed(), ending.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException) { }
        finally
        {
            open.TryRemove(socket, out _);
        }
    }

    private void Answer(Socket socket, Reader request, Writer answer)
    {
        var (api, version) = (request.Short(), request.Short());
        request.Skip(4);
        request.Text();
        switch (api)
        {
            case ApiVersions:
                answer.Short(version > 0 ? UnsupportedVersion : (short)0);
                (short Api, short Most)[] known = [(Metadata, 0), (SaslHandshake, 1), (ApiVersions, 0), (SaslAuthenticate, 0)];
                answer.Int(known.Length);
                foreach (var (one, most) in known)
                    answer.Short(one, 0, most);
                break;
            case SaslHandshake:
                answer.Short(0);
                answer.Int(1);
                answer.Text("OAUTHBEARER");
                break;
            case SaslAuthenticate:
                var proof = Encoding.UTF8.GetString(request.Bytes(request.Int()));
                seen.Enqueue((proof.Split("auth=Bearer ", 2)[1].TrimEnd('\u0001'), TimeProvider.System.GetUtcNow()));
                open[socket] = true;
                answer.Short(0, -1);
                answer.Int(0);
                break;
            case Metadata:
                answer.Int(1, 1);
                answer.Text("127.0.0.1");
                answer.Int(Port);
                var topics = request.Int();
                answer.Int(topics);
                for (var i = 0; i < topics; i++)
                {
                    answer.Short(LeaderNotAvailable);
                    answer.Text(request.Text());
                    answer.Int(0);
                }
                break;
            default:
                socket.Close();
                break;
        }
    }

    private sealed class Reader(byte[] bytes)
    {
        private int at;

        public short Short() => BinaryPrimitives.ReadInt16BigEndian(Bytes(2));

        public int Int() => BinaryPrimitives.ReadInt32BigEndian(Bytes(4));

        public string Text() => Encoding.UTF8.GetString(Bytes(Math.Max(0, (int)Short())));

        public void Skip(int count) => at += count;

        public ReadOnlySpan<byte> Bytes(int count)
        {
            at += count;
            return bytes.AsSpan(at - count, count);
        }
    }

    private sealed class Writer
    {
        private readonly List<byte> written = [];

        public void Short(params ReadOnlySpan<short> numbers)
        {
            Span<byte> bytes = stackalloc byte[2];
            foreach (var number in numbers)
            {
                BinaryPrimitives.WriteInt16BigEndian(bytes, number);
                Bytes(bytes);
            }
        }

        public void Int(params ReadOnlySpan<int> numbers)
        {
            Span<byte> bytes = stackalloc byte[4];
            foreach (var number in numbers)
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
                Bytes(bytes);
            }
        }

        public void Text(string text)
        {
            Short((short)text.Length);
            Bytes(Encoding.UTF8.GetBytes(text));
        }

        public void Bytes(ReadOnlySpan<byte> bytes) => written.AddRange(bytes);

        public byte[] Framed()
        {
            var framed = new byte[written.Count + 4];
            BinaryPrimitives.WriteInt32BigEndian(framed, written.Count);
            written.CopyTo(framed, 4);
            return framed;
        }
    }
}
