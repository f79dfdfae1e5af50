using Google.Protobuf;
using Transponder.Core.Egress.Formats;
using Transponder.Tests.Core.Ingestion;
using Xunit;
using static Transponder.Tests.Core.Ingestion.IngestorFixture;

namespace Transponder.Tests.Core.Egress.Formats;

/// <summary>A consumer that drops what it has seen by (source, id) drops nothing real, and everything that is sent again.</summary>
public sealed class EventIdentityTests
{
    [Theory]
    [InlineData(CloudEventSet.V1)]
    [InlineData(CloudEventSet.V2)]
    public async Task Identity_OverReenteredPhasesAttemptsAndMappedTasks_IsOfOneEvent(CloudEventSet version)
    {
        await using var fixture = await CreateAsync();
        IMessage[] played =
        [
            Workflow(WorkflowPhase.Queued),
            Workflow(WorkflowPhase.Queued),
            Workflow(WorkflowPhase.Running),
            Node(NodePhase.Queued),
            Node(NodePhase.Running),
            Node(NodePhase.DynamicRunning),
            Node(NodePhase.Running),
            TaskEvent(TaskPhase.Running),
            TaskEvent(TaskPhase.Running, version: 1),
            TaskEvent(TaskPhase.Queued, version: 1),
            TaskEvent(TaskPhase.Running, version: 1),
            TaskEvent(TaskPhase.Failed),
            TaskEvent(TaskPhase.Running, attempt: 1),
            TaskEvent(TaskPhase.Failed, attempt: 1),
            Node(NodePhase.Running, node: "n1"),
            TaskEvent(TaskPhase.Running, node: "n1"),
            TaskEvent(TaskPhase.Failed, node: "n1"),
        ];
        await fixture.AcceptAsync(played);
        var events = await fixture.Store.Events.ReadAsync(0, null, 100, Token);

        var first = await IdentitiesAsync();
        var again = await IdentitiesAsync();

        var starts = version == CloudEventSet.V2 ? 1 : 0;
        Assert.Equal(played.Length, events.Count);
        Assert.Equal(played.Length + starts, first.Distinct().Count());
        Assert.Equal(first, again);

        async Task<List<(string Source, string Id)>> IdentitiesAsync()
        {
            var format = EventFormats.Create(new() { Version = version }, fixture.Store);
            return [.. (await format.FormatAsync(events, Token)).Select(record => (record.Event!.Source, record.Event.Id))];
        }
    }
}
