using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>
/// One open connection, used by several calls at once. What is written is confirmed by the PONG that follows it, or by a reply to an inbox. Once
/// broken it stays so, and everything that waits fails with the reason.
/// </summary>
internal sealed class NatsConnection : IDisposable
{
    private readonly Stream stream;
    private readonly SemaphoreSlim writing = new(1);
    private readonly Lock gate = new();
    private readonly Queue<NatsFlush> flushes = new();
    private readonly Dictionary<string, NatsReply> replies = new(StringComparer.Ordinal);
    private long lastReply;
    private string? broken;

    public NatsConnection(Stream stream, string server, NatsServerInfo info)
    {
        this.stream = stream;
        Server = server;
        Info = info;
        Inbox = $"_INBOX.{Guid.NewGuid():N}.";
        _ = ReadAsync();
    }

    /// <summary>Which server, for people.</summary>
    public string Server { get; }

    /// <summary>What the server last said of itself.</summary>
    public NatsServerInfo Info { get; private set; }

    /// <summary>What the subjects of replies begin with.</summary>
    public string Inbox { get; }

    public bool IsBroken
    {
        get
        {
            lock (gate)
                return broken is not null;
        }
    }

    /// <summary>Writes commands and waits until the server has read them all; answers the subjects that it did not let us publish to.</summary>
    public async Task<IReadOnlyCollection<string>> FlushAsync(ReadOnlyMemory<byte> commands, CancellationToken cancellationToken)
    {
        var flush = new NatsFlush();
        byte[] all = [.. commands.Span, .. "PING\r\n"u8];
        await WriteAsync(all, () => flushes.Enqueue(flush), cancellationToken).ConfigureAwait(false);
        return await flush.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes commands that ask for replies; the replies come by themselves.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> commands, CancellationToken cancellationToken) =>
        WriteAsync(commands, static () => { }, cancellationToken);

    /// <summary>A new inbox for the reply to a message to the subject.</summary>
    public NatsReply Expect(string subject)
    {
        var reply = new NatsReply(Inbox + Interlocked.Increment(ref lastReply).ToString(null, null), subject);
        lock (gate)
        {
            if (broken is { } reason)
                throw new NatsFailure(reason);
            replies[reply.Inbox] = reply;
        }
        return reply;
    }

    /// <summary>Nobody waits for the reply any more.</summary>
    public void Forget(NatsReply reply)
    {
        lock (gate)
            replies.Remove(reply.Inbox);
    }

    /// <summary>Ends the connection and everything that waits for it.</summary>
    public void Break(string reason)
    {
        NatsFlush[] waiting;
        NatsReply[] unanswered;
        lock (gate)
        {
            if (broken is not null)
                return;
            broken = reason;
            (waiting, unanswered) = ([.. flushes], [.. replies.Values]);
            flushes.Clear();
            replies.Clear();
        }
        stream.Dispose();
        foreach (var flush in waiting)
            flush.Done.TrySetException(new NatsFailure(reason));
        foreach (var reply in unanswered)
            reply.Done.TrySetException(new NatsFailure(reason));
    }

    public void Dispose() => Break("the connection was closed");

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, Action enqueue, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            lock (gate)
            {
                if (broken is { } reason)
                    throw new NatsFailure(reason);
                enqueue();
            }
            // A half-written command would spoil all that follow, so a cancelled write ends the connection.
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Break($"{Server}: the connection broke");
            if (error is OperationCanceledException)
                throw;
            throw new NatsFailure($"{Server}: the connection broke");
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(stream);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync().ConfigureAwait(false);
                var buffer = read.Buffer;
                while (NatsFrame.TryRead(ref buffer, out var frame))
                    Handle(frame);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    break;
            }
            Break($"{Server} closed the connection");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or NatsFailure)
        {
            Break(error is NatsFailure ? $"{Server}: {error.Message}" : $"{Server}: the connection broke");
        }
    }

    private void Handle(NatsFrame frame)
    {
        switch (frame.Verb)
        {
            case "PING":
                _ = PongAsync();
                break;
            case "PONG":
                NatsFlush? flush;
                lock (gate)
                    flushes.TryDequeue(out flush);
                flush?.Done.TrySetResult(flush.Denied);
                break;
            case "MSG" or "HMSG":
                NatsReply? reply;
                lock (gate)
                    replies.Remove(frame.Subject, out reply);
                reply?.Done.TrySetResult(frame);
                break;
            case "INFO":
                Info = NatsServerInfo.Parse(frame.Line);
                break;
            case "-ERR":
                Refuse(frame);
                break;
        }
    }

    /// <summary>A subject that we may not publish to concerns the messages to it; any other error ends the connection.</summary>
    private void Refuse(NatsFrame frame)
    {
        if (frame.DeniedSubject is not { } subject)
        {
            Break($"{Server} says {frame.Line["-ERR".Length..].Trim()}");
            return;
        }

        NatsReply[] denied;
        lock (gate)
        {
            if (flushes.TryPeek(out var flush))
                flush.Denied.Add(subject);
            denied = [.. replies.Values.Where(reply => reply.Subject == subject)];
        }
        foreach (var reply in denied)
            reply.Done.TrySetException(new NatsFailure($"{Server} does not let this user publish to {subject}"));
    }

    private async Task PongAsync()
    {
        try
        {
            await WriteAsync("PONG\r\n"u8.ToArray(), static () => { }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (NatsFailure)
        {
            // The connection is broken already, and all that wait know why.
        }
    }
}
