using System.Buffers;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Nats.Wire;

namespace Transponder.Integrations.Sinks.Nats;

/// <summary>
/// Publishes to NATS over one connection. Core: a call's messages go out together and are confirmed when the server has read them. JetStream: the
/// keys' messages go out at once, each key's next one when the one before was stored.
/// </summary>
public sealed class NatsSink : IEventSink
{
    private static readonly PublishResult Unsent = new(PublishOutcome.Failed, "not sent");

    private readonly NatsSinkOptions options;
    private readonly TimeProvider time;
    private readonly NatsSubject subject;
    private readonly NatsLink link;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;

    /// <summary>Makes one; nothing is connected yet.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public NatsSink(NatsSinkOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.time = time ?? TimeProvider.System;
        subject = new NatsSubject(options.Subject);
        link = new NatsLink(options);
        closed = closing.Token;
    }

    /// <inheritdoc />
    public string Description => $"NATS {(options.JetStream ? "JetStream " : "")}subject {options.Subject} at {link.Servers}";

    /// <inheritdoc />
    public SinkLimits Limits { get; } = new();

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        if (records.Count == 0)
            return [];
        var results = new PublishResult[records.Count];
        Array.Fill(results, Unsent);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed);
        try
        {
            var connection = await link.OpenAsync(ends.Token).ConfigureAwait(false);
            if (options.JetStream)
                await StoreAsync(connection, records, results, ends.Token).ConfigureAwait(false);
            else
                await PublishAsync(connection, records, results, ends.Token).ConfigureAwait(false);
        }
        catch (NatsFailure failure)
        {
            FailUnsent(results, failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            FailUnsent(results, "the sink was closed");
        }
        return results;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        closing.Cancel();
        link.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void FailUnsent(PublishResult[] results, string detail)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i] == Unsent)
                results[i] = new PublishResult(PublishOutcome.Failed, detail);
        }
    }

    private async Task PublishAsync(
        NatsConnection connection,
        IReadOnlyList<EgressRecord> records,
        PublishResult[] results,
        CancellationToken ends
    )
    {
        var commands = new ArrayBufferWriter<byte>(64 * 1024);
        var subjects = new string?[records.Count];
        var stuck = new HashSet<string>();
        for (var i = 0; i < records.Count; i++)
        {
            if (Prepare(connection, records[i], stuck, out results[i]) is not { } message)
                continue;
            message.WriteTo(commands, replyTo: "");
            subjects[i] = message.Subject;
        }

        var flush = connection.FlushAsync(commands.WrittenMemory, ends);
        var denied = await InTimeAsync(connection, flush, ends).ConfigureAwait(false);
        for (var i = 0; i < records.Count; i++)
        {
            if (subjects[i] is { } sent)
                results[i] = denied.Contains(sent)
                    ? new PublishResult(PublishOutcome.Failed, $"{connection.Server} does not let this user publish to {sent}")
                    : PublishResult.Confirmed;
        }
    }

    private async Task StoreAsync(
        NatsConnection connection,
        IReadOnlyList<EgressRecord> records,
        PublishResult[] results,
        CancellationToken ends
    )
    {
        var stuck = new HashSet<string>();
        var keys = Enumerable.Range(0, records.Count).GroupBy(i => records[i].OrderingKey).Select(key => key.ToArray()).ToList();
        for (var round = 0; keys.Count > 0; round++)
        {
            var commands = new ArrayBufferWriter<byte>(64 * 1024);
            var waiting = new List<(int Index, NatsReply Reply)>(keys.Count);
            try
            {
                foreach (var key in keys)
                {
                    var i = key[round];
                    if (Prepare(connection, records[i], stuck, out results[i]) is not { } message)
                        continue;
                    var reply = connection.Expect(message.Subject);
                    message.WriteTo(commands, reply.Inbox);
                    waiting.Add((i, reply));
                }

                await InTimeAsync(connection, connection.SendAsync(commands.WrittenMemory, ends), ends).ConfigureAwait(false);
                foreach (var (i, reply) in waiting)
                {
                    results[i] = await AnswerAsync(connection, reply, ends).ConfigureAwait(false);
                    if (results[i].Outcome != PublishOutcome.Confirmed)
                        stuck.Add(records[i].OrderingKey);
                }
            }
            finally
            {
                foreach (var (_, reply) in waiting)
                    connection.Forget(reply);
            }
            keys.RemoveAll(key => key.Length == round + 1);
        }
    }

    /// <summary>The message, or null with the result that stands in its place.</summary>
    private NatsMessage? Prepare(NatsConnection connection, EgressRecord record, HashSet<string> stuck, out PublishResult result)
    {
        result = Unsent;
        if (stuck.Contains(record.OrderingKey))
        {
            result = PublishResult.Behind;
            return null;
        }

        var message = NatsMessage.Of(record, subject.Of(record.OrderingKey), options);
        if (message.Size <= connection.Info.MaxPayload)
            return message;
        stuck.Add(record.OrderingKey);
        var detail =
            $"its message has {message.Size} bytes, and {connection.Server} takes {connection.Info.MaxPayload}: raise max_payload there";
        result = new PublishResult(PublishOutcome.Rejected, detail);
        return null;
    }

    private async Task<PublishResult> AnswerAsync(NatsConnection connection, NatsReply reply, CancellationToken ends)
    {
        try
        {
            var answer = await InTimeAsync(connection, reply.Done.Task, ends).ConfigureAwait(false);
            return answer.NoResponders
                ? new PublishResult(PublishOutcome.Failed, $"no stream of JetStream takes the subject {reply.Subject}: create one")
                : NatsAck.Read(answer.Payload, reply.Subject);
        }
        catch (NatsFailure failure)
        {
            return new PublishResult(PublishOutcome.Failed, failure.Message);
        }
    }

    private async Task<T> InTimeAsync<T>(NatsConnection connection, Task<T> task, CancellationToken ends)
    {
        await InTimeAsync(connection, (Task)task, ends).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>A server that is silent for so long is left: what it was told is not known to have arrived.</summary>
    private async Task InTimeAsync(NatsConnection connection, Task task, CancellationToken ends)
    {
        try
        {
            await task.WaitAsync(options.AckTimeout, time, ends).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var reason = $"{connection.Server} did not confirm within {options.AckTimeout.TotalSeconds:0.###} s";
            connection.Break(reason);
            throw new NatsFailure(reason);
        }
    }
}
