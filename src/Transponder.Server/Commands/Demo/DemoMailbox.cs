using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Transponder.Server.Commands.Demo;

/// <summary>A mailbox on a loopback port that takes every mail and keeps it in memory. Plain SMTP, for the demo only.</summary>
internal sealed class DemoMailbox : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<DemoMail> _mails = new();
    private readonly ConcurrentDictionary<Task, bool> _sessions = new();
    private Task _accepting = Task.CompletedTask;

    private DemoMailbox() { }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyCollection<DemoMail> Mails => _mails;

    public static DemoMailbox Start()
    {
        var mailbox = new DemoMailbox();
        mailbox._listener.Start();
        mailbox._accepting = mailbox.AcceptAsync();
        return mailbox;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions.Keys);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var session = ServeAsync(client);
                _sessions[session] = true;
                _ = session.ContinueWith(done => _sessions.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The demo ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var session = new DemoMailSession(client.GetStream(), _mails.Enqueue);
                await session.RunAsync(_end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The sender went away, or the demo ends; a mail that was acknowledged is kept.
            }
        }
    }
}
