using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Transponder.Tests.Rig;

/// <summary>What a <see cref="TcpFaultProxy"/> does to its connections.</summary>
public enum Fault
{
    /// <summary>Bytes pass.</summary>
    None,

    /// <summary>New connections are refused; open ones were cut.</summary>
    Refuse,

    /// <summary>Connections are accepted, and nothing passes either way until the fault ends.</summary>
    Stall,
}

/// <summary>Stands on a loopback port in front of a server and makes its outages: the server itself keeps running and loses nothing.</summary>
public sealed class TcpFaultProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _flow = Released();
    private Socket? _listener;
    private int _accepted;

    private TcpFaultProxy(int target, int port)
    {
        _target = target;
        _listener = port == 0 ? ListenAnywhere() : Listen(port);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>How many connections were accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>A limit for each direction of each connection; 0 = none.</summary>
    public int BytesPerSecond { get; set; }

    public static TcpFaultProxy Start(int target, Fault fault = Fault.None, int port = 0)
    {
        var proxy = new TcpFaultProxy(target, port);
        proxy.Set(fault);
        return proxy;
    }

    public void Set(Fault fault)
    {
        lock (_lock)
        {
            if (fault == Fault.Refuse)
            {
                _listener?.Dispose();
                _listener = null;
                Cut();
            }
            else
            {
                _listener ??= Listen(Port);
            }
            if (fault == Fault.Stall && _flow.Task.IsCompleted)
                _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            else if (fault != Fault.Stall)
                _flow.TrySetResult();
        }
    }

    /// <summary>Resets every open connection; new ones are treated as the fault says.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Keys)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            catch (Exception error) when (IsEnd(error))
            {
                // The other side closed it in the same moment.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Set(Fault.Refuse);
        _end.Dispose();
    }

    // A port that stays this proxy's while it refuses; another run of the tests may have taken it in between.
    private Socket ListenAnywhere()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return Listen(FreePort.Next());
            }
            catch (SocketException) when (tries < 10)
            {
                // The next one.
            }
        }
    }

    private Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(_end.Token);
                Interlocked.Increment(ref _accepted);
                _ = ServeAsync(client);
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The listener was closed: the fault, or the end of the test.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            _open[client] = _open[server] = true;
            try
            {
                await _flow.Task.WaitAsync(_end.Token);
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception error) when (IsEnd(error))
            {
                // One side went away; the other is closed with it.
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[32 * 1024];
        while (true)
        {
            var limit = BytesPerSecond;
            var count = await from.ReceiveAsync(
                limit > 0 ? buffer.AsMemory(0, Math.Clamp(limit / 20, 1, buffer.Length)) : buffer,
                _end.Token
            );
            await _flow.Task.WaitAsync(_end.Token);
            if (count == 0)
                break;
            await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
            if (limit > 0)
                await Task.Delay(TimeSpan.FromSeconds((double)count / limit), _end.Token);
        }
        to.Shutdown(SocketShutdown.Send);
    }

    private static bool IsEnd(Exception error) => error is SocketException or ObjectDisposedException or OperationCanceledException;

    private static TaskCompletionSource Released()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
