using Transponder.Core.Egress;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks;

/// <summary>What every sink behind a network does besides: outages, refusals, and records that are too large.</summary>
public abstract class NetworkSinkContract : SinkContract
{
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(2);

    /// <summary>Data of this many bytes is more than the peer takes, or than the sink was told that it takes.</summary>
    protected abstract int Oversize { get; }

    /// <summary>The troubles that the peer can make. <see cref="SinkTrouble.Down"/> goes without saying.</summary>
    protected abstract IReadOnlyList<SinkTrouble> Troubles { get; }

    [Fact]
    public async Task PeerDown_AtStart_FailsUntilItIsUp()
    {
        await using var peer = await OpenAsync(new SinkTerms { Trouble = SinkTrouble.Down });
        var records = SampleRecords.Mixed(executions: 2, each: 3);

        AssertAllFailed(await PublishAsync(peer, records));
        peer.Network!.Set(Fault.None);

        await ConfirmAtLastAsync(peer, records);
        await AssertArrivedAsync(peer, records);
    }

    [Fact]
    public async Task PeerAway_ForAWhile_LosesNothing()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        var before = SampleRecords.Mixed(executions: 2, each: 3);
        var during = SampleRecords.Mixed(executions: 2, each: 3, prefix: "later");
        await ConfirmAsync(peer, before);

        peer.Network!.Set(Fault.Refuse);
        AssertAllFailed(await PublishAsync(peer, during));
        peer.Network.Set(Fault.None);

        await ConfirmAtLastAsync(peer, during);
        await AssertArrivedAsync(peer, [.. before, .. during]);
    }

    [Fact]
    public async Task Connections_CutBetweenCalls_AreMadeAgain()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        var before = SampleRecords.Of(number: 1);
        var after = SampleRecords.Of(number: 2);
        await ConfirmAsync(peer, [before]);

        peer.Network!.Cut();

        await ConfirmAtLastAsync(peer, [after]);
        await AssertArrivedAsync(peer, [before, after]);
    }

    [Fact]
    public async Task Publish_CancelledWhileThePeerIsSilent_Ends()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        peer.Network!.Set(Fault.Stall);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = peer.Sink.PublishAsync([SampleRecords.Of()], cancel.Token);
        cancel.CancelAfter(TimeSpan.FromMilliseconds(200));

        await EndsAsync(call);
    }

    [Fact]
    public async Task Dispose_WhileThePeerIsSilent_EndsTheCall()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        peer.Network!.Set(Fault.Stall);

        var call = peer.Sink.PublishAsync([SampleRecords.Of()], Token);
        await peer.Sink.DisposeAsync().AsTask().WaitAsync(Recovery, Token);

        await EndsAsync(call);
    }

    [Fact]
    public async Task Publish_OversizeRecord_IsRejectedAloneAndItsNeighboursPass()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        EgressRecord[] records =
        [
            SampleRecords.Of("before"),
            SampleRecords.Of("large", 1, Oversize),
            SampleRecords.Of("after"),
            SampleRecords.Of("large", 2),
        ];

        var results = await PublishAsync(peer, records);

        PublishOutcome[] outcomes = [PublishOutcome.Confirmed, PublishOutcome.Rejected, PublishOutcome.Confirmed, PublishOutcome.Failed];
        Assert.Equal(outcomes, results.Select(result => result.Outcome));
        AssertDetails(results);
        await ConfirmAsync(peer, [records[3]]);
        await AssertArrivedAsync(peer, [records[0], records[2], records[3]]);
    }

    [Fact]
    public async Task Publish_IntoTrouble_FailsAndSaysWhy()
    {
        foreach (var trouble in Troubles)
        {
            await using var peer = await OpenAsync(new SinkTerms { Trouble = trouble });

            AssertAllFailed(await PublishAsync(peer, SampleRecords.Mixed(executions: 2, each: 2)));
        }
    }

    private void AssertAllFailed(IReadOnlyList<PublishResult> results)
    {
        Assert.All(results, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
        AssertDetails(results);
    }

    private void AssertDetails(IReadOnlyList<PublishResult> results) =>
        Assert.All(
            results.Where(result => result.Outcome != PublishOutcome.Confirmed),
            result =>
            {
                Assert.NotEmpty(result.Detail);
                Assert.DoesNotContain('\n', result.Detail);
                AssertNoSecret(result.Detail);
            }
        );

    /// <summary>Publishes what is not confirmed yet again and again, as the engine does.</summary>
    private static async Task ConfirmAtLastAsync(SinkPeer peer, IReadOnlyList<EgressRecord> records)
    {
        var left = records;
        await Eventually.TrueAsync(
            async () =>
            {
                var results = await PublishAsync(peer, left);
                Assert.DoesNotContain(results, result => result.Outcome == PublishOutcome.Rejected);
                left = [.. left.Where((_, i) => results[i].Outcome != PublishOutcome.Confirmed)];
                return left.Count == 0;
            },
            "the sink to recover",
            Recovery
        );
    }
}
