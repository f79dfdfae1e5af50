using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Transponder.Benchmarks.Deliver;

/// <summary>
/// A webhook's receiver that does next to nothing: it answers each HTTP/1.1 request with 200, counts it, and notes when each arrived. The bodies
/// are read for one marker only.
/// </summary>
internal sealed class Counter : IAsyncDisposable
{
    private static readonly byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;
    private readonly int largest;
    private long count;

    /// <param name="largest">The largest request that it can read.</param>
    public Counter(int largest = 64 * 1024)
    {
        this.largest = largest;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Told of each body as it arrives; null = nobody is.</summary>
    public Action<ReadOnlyMemory<byte>>? OnBody { get; set; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/hook");

    public long Count => Interlocked.Read(ref count);

    /// <summary>When the latest request arrived.</summary>
    public long LastAt { get; private set; }

    /// <summary>Waits for that many requests in all, and answers when the last one came.</summary>
    public async Task<long> UntilAsync(long expected, TimeSpan deadline)
    {
        var since = Stopwatch.GetTimestamp();
        while (Count < expected)
        {
            if (Stopwatch.GetElapsedTime(since) > deadline)
                throw new TimeoutException($"{Count} of {expected} requests came");
            await Task.Delay(2);
        }
        return LastAt;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            var socket = await listener.AcceptSocketAsync(ending.Token);
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[largest];
        var filled = 0;
        try
        {
            using (socket)
            {
                while (true)
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(filled), ending.Token);
                    if (read == 0)
                        return;
                    filled += read;
                    while (Take(buffer.AsMemory(0, filled)) is { } taken and > 0)
                    {
                        buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                        filled -= taken;
                        await socket.SendAsync(answer, ending.Token);
                    }
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // The sender has gone, or the measurement is over.
        }
    }

    /// <summary>Counts a whole request at the buffer's start, and answers how long it is; 0 when it is not there yet.</summary>
    private int Take(ReadOnlyMemory<byte> buffer)
    {
        var head = buffer.Span.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return 0;
        var length = LengthIn(System.Text.Encoding.ASCII.GetString(buffer.Span[..head]));
        if (buffer.Length < head + 4 + length)
            return 0;
        LastAt = Stopwatch.GetTimestamp();
        OnBody?.Invoke(buffer.Slice(head + 4, length));
        Interlocked.Increment(ref count);
        return head + 4 + length;
    }

    private static int LengthIn(string head)
    {
        const string Name = "\r\nContent-Length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            throw new InvalidOperationException("a request without Content-Length");
        var end = head.IndexOf('\r', at + Name.Length);
        return int.Parse(head.AsSpan(at + Name.Length, (end < 0 ? head.Length : end) - at - Name.Length), CultureInfo.InvariantCulture);
    }
}
