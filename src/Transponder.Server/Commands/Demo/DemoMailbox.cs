using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Transponder.Server.Commands.Demo;

/// <summary>A mailbox on a loopback port that takes every mail and keeps it in memory. Plain SMTP, for the demo only.</summary>
internal sealed class DemoMailbox : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<DemoMail> mails = new();
    private readonly ConcurrentDictionary<Task, bool> sessions = new();
    private Task accepting = Task.CompletedTask;

    private DemoMailbox() { }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public IReadOnlyCollection<DemoMail> Mails => mails;

    public static DemoMailbox Start()
    {
        var mailbox = new DemoMailbox();
        mailbox.listener.Start();
        mailbox.accepting = mailbox.AcceptAsync();
        return mailbox;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(sessions.Keys);
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                var session = ServeAsync(client);
                sessions[session] = true;
                _ = session.ContinueWith(done => sessions.TryRemove(done, out _), TaskScheduler.Default);
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
                using var session = new DemoMailSession(client.GetStream(), mails.Enqueue);
                await session.RunAsync(end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The sender went away, or the demo ends; a mail that was acknowledged is kept.
            }
        }
    }
}
