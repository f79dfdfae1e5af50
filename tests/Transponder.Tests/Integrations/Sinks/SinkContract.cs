using Transponder.Core.Egress;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks;

/// <summary>What every sink does, shown with a reader that is not ours. Sinks behind a network derive from <see cref="NetworkSinkContract"/>.</summary>
public abstract class SinkContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What no text of the sink may contain.</summary>
    protected virtual IReadOnlyList<string> Secrets => [];

    /// <summary>False when the transport itself promises no order (a standard topic of SNS); then only completeness is asked for.</summary>
    protected virtual bool KeepsOrder => true;

    /// <summary>A sink against a fresh topic. It must not fail, whatever the trouble is.</summary>
    protected abstract Task<SinkPeer> OpenAsync(SinkTerms terms);

    [Fact]
    public async Task Publish_Events_ArriveWholeAndInOrder()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        var records = SampleRecords.Mixed(executions: 3, each: 40);

        await ConfirmAsync(peer, records);

        await AssertArrivedAsync(peer, records);
    }

    [Fact]
    public async Task Publish_ManyCallsAtOnce_AllArriveInOrderOfTheirKeys()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        var calls = Enumerable.Range(0, 8).Select(i => SampleRecords.Mixed(executions: 5, each: 8, prefix: $"call{i}-")).ToList();

        await Task.WhenAll(calls.Select(records => Task.Run(() => ConfirmAsync(peer, records), Token)));

        await AssertArrivedAsync(peer, [.. calls.SelectMany(records => records)]);
    }

    [Fact]
    public async Task Publish_BinaryData_ArrivesWhole()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        EgressRecord[] records = [SampleRecords.Binary(number: 1), SampleRecords.Binary(number: 2)];

        await ConfirmAsync(peer, records);

        await AssertArrivedAsync(peer, records);
    }

    [Fact]
    public async Task Publish_RawRequests_ArriveByteForByte()
    {
        await using var peer = await OpenAsync(new SinkTerms { Raw = true });
        EgressRecord[] records = [.. Enumerable.Range(1, 20).Select(n => SampleRecords.Raw($"e{n % 2}", n))];

        await ConfirmAsync(peer, records);

        await AssertArrivedAsync(peer, records);
    }

    [Fact]
    public async Task Publish_Nothing_IsNothing()
    {
        await using var peer = await OpenAsync(new SinkTerms());

        Assert.Empty(await peer.Sink.PublishAsync([], Token));
    }

    [Fact]
    public async Task Publish_Cancelled_Ends()
    {
        await using var peer = await OpenAsync(new SinkTerms());

        await EndsAsync(peer.Sink.PublishAsync([SampleRecords.Of()], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Dispose_UnusedOrTwice_Ends()
    {
        await using var unused = await OpenAsync(new SinkTerms());
        await unused.Sink.DisposeAsync().AsTask().WaitAsync(Patience, Token);

        await using var used = await OpenAsync(new SinkTerms());
        await ConfirmAsync(used, [SampleRecords.Of()]);
        await used.Sink.DisposeAsync().AsTask().WaitAsync(Patience, Token);
        await used.Sink.DisposeAsync().AsTask().WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Description_Text_SaysWhereAndNoSecret()
    {
        await using var peer = await OpenAsync(new SinkTerms());

        Assert.NotEmpty(peer.Sink.Description);
        AssertNoSecret(peer.Sink.Description);
        Assert.All([peer.Sink.Limits.Records, peer.Sink.Limits.Bytes, peer.Sink.Limits.Concurrency], limit => Assert.True(limit > 0));
    }

    /// <summary>Publishes within the sink's limits; everything must be confirmed at once.</summary>
    protected static async Task ConfirmAsync(SinkPeer peer, IReadOnlyList<EgressRecord> records)
    {
        foreach (var call in Calls(peer.Sink.Limits, records))
        {
            var results = await PublishAsync(peer, call);
            Assert.All(results, result => Assert.Equal(PublishResult.Confirmed, result));
        }
    }

    /// <summary>One call, with an answer for each record.</summary>
    protected static async Task<IReadOnlyList<PublishResult>> PublishAsync(SinkPeer peer, IReadOnlyList<EgressRecord> records)
    {
        var results = await peer.Sink.PublishAsync(records, Token).WaitAsync(Patience, Token);
        Assert.Equal(records.Count, results.Count);
        return results;
    }

    /// <summary>Waits for the records at the reader and compares: bytes, ids, keys, and the order within each key (of first arrivals).</summary>
    protected async Task AssertArrivedAsync(SinkPeer peer, IReadOnlyList<EgressRecord> records)
    {
        var expected = records.ToDictionary(record => Convert.ToBase64String(SampleRecords.DataOf(record)));
        IReadOnlyList<(EgressRecord? Record, Arrived Arrived)> arrived = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var read = await peer.ReadAsync();
                arrived = [.. read.Select(a => (expected.GetValueOrDefault(Convert.ToBase64String(a.Data)), a))];
                return arrived.Select(a => a.Record).OfType<EgressRecord>().Distinct().Count() == records.Count;
            },
            $"all of {records.Count} records at the reader",
            Patience
        );

        Assert.DoesNotContain(arrived, a => a.Record is null);
        Assert.All(arrived, a => Assert.Equal(a.Record!.Event?.Id, a.Arrived.Id));
        Assert.All(
            arrived.Where(a => a.Arrived.Key is not null),
            a => Assert.Contains(a.Arrived.Key, new[] { a.Record!.PartitionKey, a.Record.OrderingKey })
        );
        if (KeepsOrder)
            foreach (var key in arrived.Select(a => a.Record!).Distinct().GroupBy(record => record.OrderingKey))
                Assert.Equal(key.Select(record => record.Position).Order(), key.Select(record => record.Position));
    }

    /// <summary>The call must end soon: with results, or because it was cancelled.</summary>
    protected static async Task EndsAsync(Task<IReadOnlyList<PublishResult>> call)
    {
        try
        {
            await call.WaitAsync(Patience, Token);
        }
        catch (OperationCanceledException)
        {
            // The one exception that a sink may let out.
        }
    }

    protected void AssertNoSecret(string text) =>
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<IReadOnlyList<EgressRecord>> Calls(SinkLimits limits, IReadOnlyList<EgressRecord> records)
    {
        var call = new List<EgressRecord>();
        var bytes = 0;
        foreach (var record in records)
        {
            if (call.Count > 0 && (call.Count == limits.Records || bytes + record.Size > limits.Bytes))
            {
                yield return call;
                (call, bytes) = ([], 0);
            }
            call.Add(record);
            bytes += record.Size;
        }
        yield return call;
    }
}
