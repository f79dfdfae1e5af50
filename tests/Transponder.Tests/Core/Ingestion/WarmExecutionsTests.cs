using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Ingestion;
using Transponder.Core.Routing;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Ingestion.IngestorFixture;
using Notifier = Transponder.Notifiers.Notifier;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Ingestion;

public sealed class WarmExecutionsTests
{
    [Fact]
    public async Task Ingest_AnotherReplicaWentOn_DecidesOnWhatIsStored()
    {
        await using var fixture = await CreateAsync();
        await using var other = Another(fixture);
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running), Node(NodePhase.Queued), Node(NodePhase.Running, 1));

        Assert.Null(await other.SubmitNodeAsync(Node(NodePhase.Queued, 2), default, Token));
        Assert.Null(await fixture.SendAsync(Node(NodePhase.Running, 3)));
        Assert.Null(await other.SubmitNodeAsync(Node(NodePhase.Succeeded, 4), default, Token));
        var repeated = await fixture.SendAsync(Node(NodePhase.Succeeded, 4));

        Assert.Equal(StatusCode.AlreadyExists, repeated!.Code);
        var log = await fixture.Store.Events.ReadAsync(0, null, 100, Token);
        Assert.Equal([1L, 2, 3, 4, 5, 6], log.Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task Ingest_AnotherReplicaTerminated_RefusesWhatRevives()
    {
        await using var fixture = await CreateAsync();
        await using var other = Another(fixture);
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Running));

        Assert.Null(await other.TerminateAsync(Key, "enough", "ann", Token));
        var revived = await fixture.SendAsync(Workflow(WorkflowPhase.Succeeding));
        await fixture.AcceptAsync(Workflow(WorkflowPhase.Aborted));

        Assert.Equal(StatusCode.FailedPrecondition, revived!.Code);
        Assert.Equal("enough", (await fixture.ClosureAsync()).AbortMetadata.Cause);
    }

    [Fact]
    public async Task Ingest_RefusedAndAcceptedSideBySide_EachGetsItsOwnAnswer()
    {
        await using var fixture = await CreateAsync();
        var keys = Enumerable.Range(0, 20).Select(i => Key with { Name = $"many{i}" }).ToArray();
        foreach (var key in keys)
        {
            await fixture.AddExecutionAsync(key);
            await fixture.AcceptAsync(Workflow(WorkflowPhase.Running, key: key), Node(NodePhase.Queued, key: key));
        }

        var answers = await Task.WhenAll(
            keys.SelectMany(key => new[] { Node(NodePhase.Queued, key: key), Node(NodePhase.Running, key: key) }).Select(fixture.SendAsync)
        );

        Assert.All(answers.Where((_, i) => i % 2 == 0), answer => Assert.Equal(StatusCode.AlreadyExists, answer!.Code));
        Assert.All(answers.Where((_, i) => i % 2 == 1), Assert.Null);
        Assert.Equal(60, (await fixture.Store.Events.ReadAsync(0, null, 100, Token)).Count);
    }

    [Fact]
    public void Put_OverTheBudget_ForgetsWhatWasNotMetLately()
    {
        var warm = new WarmExecutions(budget: 8_000);
        var keys = Enumerable.Range(0, 100).Select(i => Key with { Name = $"e{i}" }).ToArray();
        warm.Put(Warm(keys[0]));

        foreach (var key in keys.Skip(1))
        {
            var first = warm.Take(keys[0]);
            Assert.NotNull(first);
            warm.Put(first);
            warm.Put(Warm(key));
        }

        Assert.InRange(warm.Count, 2, 25);
        Assert.Null(warm.Take(keys[1]));
        Assert.NotNull(warm.Take(keys[^1]));
    }

    private static WarmExecution Warm(ExecutionKey key) =>
        new(
            new ExecutionRow
            {
                Id = 1,
                Key = key,
                Phase = WorkflowPhase.Running,
                Cluster = "",
                LastSequence = 0,
                Version = 0,
            }
        );

    private static Ingestor Another(IngestorFixture fixture) =>
        new(
            fixture.Store,
            new NotificationRouter(
                new AddressBook(new Dictionary<string, Notifier>(), new Dictionary<string, IReadOnlyList<string>>(), _ => null),
                enabled: true
            ),
            fixture.Options,
            new DeliveryHandover(fixture.Signal, _ => { }),
            fixture.Time,
            NullLogger<Ingestor>.Instance
        );
}
