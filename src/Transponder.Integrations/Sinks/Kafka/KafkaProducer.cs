using System.Runtime.InteropServices;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>
/// One idempotent producer of librdkafka, from its start to its end. It ends as a whole — at a fatal error, when nothing was confirmed in time, when no
/// broker can be reached, when disposed — and from then on sends nothing more, so that of each partition an unbroken beginning has arrived. The next one starts over.
/// </summary>
internal sealed unsafe class KafkaProducer
{
    private const int PollMilliseconds = 100;
    private const int ReportsAtOnce = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly nint client;
    private readonly nint topic;
    private readonly nint queue;
    private readonly KafkaSinkOptions options;
    private readonly TimeProvider time;
    private readonly Lock stopping = new();
    private readonly KafkaCalls calls = new();
    private readonly KafkaReach reach;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? end;
    private volatile string complaint = "";
    private volatile bool refused;
    private volatile bool purged;
    private long purgedAt;
    private int handingOver;

    private KafkaProducer(nint client, nint topic, KafkaSinkOptions options, TimeProvider time)
    {
        (this.client, this.topic, this.options, this.time) = (client, topic, options, time);
        queue = LibRdKafka.MainQueue(client);
        reach = new KafkaReach(client, time);
        new Thread(Run) { IsBackground = true, Name = $"kafka {options.Topic}" }.Start();
    }

    /// <summary>Why it sends no more; null as long as it does.</summary>
    public string? End => end;

    /// <summary>It ended because the broker did not take a message, or a batch, for what is in it.</summary>
    public bool Refused => refused;

    /// <summary>Ends when the producer is gone, with its threads and connections.</summary>
    public Task Ended => ended.Task;

    /// <summary>Makes one; it connects by itself when something is sent. Null and a reason when librdkafka does not take its settings.</summary>
    public static KafkaProducer? TryStart(
        KafkaSinkOptions options,
        IReadOnlyDictionary<string, string> settings,
        TimeProvider time,
        out string problem
    )
    {
        var configuration = LibRdKafka.NewConfiguration();
        var text = stackalloc byte[512];
        foreach (var (name, value) in settings)
        {
            if (LibRdKafka.Set(configuration, name, value, text, 512) == 0)
                continue;
            // librdkafka repeats the value, which may be a secret.
            problem = $"librdkafka {KafkaLibrary.Version} does not take the value of {name}, or does not know the setting";
            LibRdKafka.DestroyConfiguration(configuration);
            return null;
        }

        LibRdKafka.SetEvents(configuration, LibRdKafka.EventDeliveryReport | LibRdKafka.EventError | LibRdKafka.EventTokenRefresh);
        LibRdKafka.SetLog(configuration, 0);
        var client = LibRdKafka.New(LibRdKafka.Producer, configuration, text, 512);
        if (client == 0)
        {
            problem = Text((nint)text);
            LibRdKafka.DestroyConfiguration(configuration);
            return null;
        }

        problem = "";
        return new KafkaProducer(client, LibRdKafka.NewTopic(client, options.Topic, 0), options, time);
    }

    /// <summary>Sends records in their order; the call's errors tell what became of each once it is done.</summary>
    /// <param name="records">All the records of a call.</param>
    /// <param name="chosen">Which of them.</param>
    public KafkaCall Send(IReadOnlyList<EgressRecord> records, ReadOnlySpan<int> chosen)
    {
        var deadline = time.GetTimestamp() + (long)(options.Timeout.TotalSeconds * time.TimestampFrequency);
        var call = new KafkaCall(chosen.Length, deadline);
        Interlocked.Increment(ref handingOver);
        try
        {
            if (end is not null)
            {
                call.Abandon(KafkaError.Purged);
                return call;
            }

            var slot = calls.Add(call);
            var sent = Produce(records, chosen, call, slot);
            Settle(slot, call, chosen.Length - sent + 1);
            return call;
        }
        finally
        {
            Interlocked.Decrement(ref handingOver);
        }
    }

    /// <summary>Takes nothing more, and ends when all that it has is reported.</summary>
    public void Finish()
    {
        lock (stopping)
            end ??= "it was replaced by another";
    }

    /// <summary>Sends nothing more; what was not confirmed yet is reported as not sent.</summary>
    public void Stop(string reason)
    {
        lock (stopping)
        {
            if (purged)
                return;
            end = reason;
            // What is handed over after the purge would be sent.
            SpinWait.SpinUntil(() => Volatile.Read(ref handingOver) == 0);
            purgedAt = time.GetTimestamp();
            purged = true;
            _ = LibRdKafka.Purge(client, LibRdKafka.PurgeQueue | LibRdKafka.PurgeInFlight | LibRdKafka.PurgeWithoutWaiting);
        }
    }

    private int Produce(IReadOnlyList<EgressRecord> records, ReadOnlySpan<int> chosen, KafkaCall call, int slot)
    {
        var writer = new KafkaMessageWriter(topic, options);
        HashSet<string>? blocked = null;
        var sent = 0;
        try
        {
            for (var i = 0; i < chosen.Length; i++)
            {
                var record = records[chosen[i]];
                var error =
                    blocked is not null && blocked.Contains(record.OrderingKey)
                        ? KafkaError.Behind
                        : writer.Produce(client, record, (nint)(((long)slot << 32) | (uint)i));
                if (error == 0)
                {
                    sent++;
                    continue;
                }

                call.Errors[i] = error;
                (blocked ??= new HashSet<string>(StringComparer.Ordinal)).Add(record.OrderingKey);
            }
        }
        finally
        {
            writer.Dispose();
        }

        return sent;
    }

    private void Run()
    {
        var reports = (RdMessage**)NativeMemory.Alloc(ReportsAtOnce, (nuint)sizeof(RdMessage*));
        while (!IsOver())
        {
            var received = LibRdKafka.Poll(queue, PollMilliseconds);
            if (received != 0)
            {
                Take(received, reports);
                LibRdKafka.DestroyEvent(received);
            }

            if (!purged && !calls.IsEmpty && reach.IsGone())
                Stop($"no broker can be reached: {complaint}");
            else if (!purged && calls.OldestDeadline < time.GetTimestamp())
                Stop(
                    complaint.Length > 0
                        ? complaint
                        : $"not confirmed within {options.Timeout.TotalSeconds:0.#} s: does the topic exist, and may we write to it?"
                );
        }

        NativeMemory.Free(reports);
        lock (stopping)
            purged = true;
        calls.SettleAll(KafkaError.Purged);
        LibRdKafka.DestroyTopic(topic);
        LibRdKafka.DestroyQueue(queue);
        LibRdKafka.Destroy(client);
        ended.TrySetResult();
    }

    // Whoever is handing over sees that it has ended, or is seen here.
    private bool IsOver() =>
        end is not null && Volatile.Read(ref handingOver) == 0 && (calls.IsEmpty || (purged && time.GetElapsedTime(purgedAt) > Patience));

    private void Take(nint received, RdMessage** reports)
    {
        switch (LibRdKafka.EventType(received))
        {
            case LibRdKafka.EventDeliveryReport:
                nuint count;
                while ((count = LibRdKafka.EventMessages(received, reports, ReportsAtOnce)) > 0)
                    Report(new ReadOnlySpan<nint>(reports, (int)count));
                complaint = "";
                reach.Found();
                break;
            case LibRdKafka.EventError:
                var code = LibRdKafka.EventErrorCode(received);
                // That all are down says less than why the last one is.
                if (code != KafkaError.AllBrokersDown || complaint.Length == 0)
                    complaint = Text(LibRdKafka.EventErrorText(received));
                if (code == KafkaError.AllBrokersDown)
                    reach.Lost();
                if (code == KafkaError.Fatal)
                    Stop(Fatal());
                break;
            case LibRdKafka.EventTokenRefresh:
                KafkaToken.Refresh(client, options.Sasl, time);
                break;
        }
    }

    private void Report(ReadOnlySpan<nint> messages)
    {
        // Messages of one call mostly come together.
        var (slot, count) = (-1, 0);
        KafkaCall? call = null;
        foreach (var pointer in messages)
        {
            var message = (RdMessage*)pointer;
            var owner = (int)(message->Opaque >> 32);
            if (owner != slot)
            {
                Settle(slot, call, count);
                (slot, call, count) = (owner, calls.Find(owner), 0);
            }

            call!.Errors[(int)(uint)message->Opaque] = message->Error;
            count++;
            if (message->Error != 0)
                StopAt(message->Error);
        }

        Settle(slot, call, count);
    }

    private void Settle(int slot, KafkaCall? call, int count)
    {
        if (call is not null && call.Settle(count))
            calls.Remove(slot);
    }

    private string Fatal()
    {
        var text = stackalloc byte[512];
        _ = LibRdKafka.FatalError(client, text, 512);
        return Text((nint)text);
    }

    // Those behind it must not overtake it. What a fatal error purged is reported before the message that was the cause.
    private void StopAt(int error)
    {
        refused |= KafkaError.IsAboutContent(error);
        if (!purged)
            Stop(KafkaError.IsPurged(error) ? Fatal() : KafkaError.Text(error));
    }

    private static string Text(nint text) => (Marshal.PtrToStringUTF8(text) ?? "").ReplaceLineEndings(" ");
}
