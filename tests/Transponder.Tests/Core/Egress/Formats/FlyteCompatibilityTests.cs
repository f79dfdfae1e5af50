using System.Text;
using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Protocol.CloudEvents;
using Transponder.Tests.Core.Catalog;
using Xunit;
using static Transponder.Tests.Core.Egress.Formats.EgressSamples;

namespace Transponder.Tests.Core.Egress.Formats;

/// <summary>The bytes that Flyte's own consumers know.</summary>
public sealed class FlyteCompatibilityTests
{
    // A v1 event of the failed execution in protobuf format, with the attributes by name.
    internal const string ProtobufForm =
        "Cj1wcm9qZWN0OiJmbHl0ZXNuYWNrcyIgZG9tYWluOiJkZXZlbG9wbWVudCIgbmFtZToiZTEyNCIuRkFJTEVEEixodHRwczovL2dpdGh1Yi5jb20vZmx5dGVvcmcvZmx5dGUvZmx5dGVhZG1pbhoDMS4wIj9jb20uZmx5dGUucmVzb3VyY2UuZmx5dGVpZGwuYWRtaW4uV29ya2Zsb3dFeGVjdXRpb25FdmVudFJlcXVlc3QqJQoPZGF0YWNvbnRlbnR0eXBlEhIaEGFwcGxpY2F0aW9uL2pzb24qaAoNanNvbnNjaGVtYXVybBJXGlVodHRwczovL2dpdGh1Yi5jb20vZmx5dGVvcmcvZmx5dGVpZGwvYmxvYi92MC4yNC4xNC9qc29uc2NoZW1hL3dvcmtmbG93X2V4ZWN1dGlvbi5qc29uKhYKBHRpbWUSDjoMCKX6zawGEICMjZ4CMvsBeyJyZXF1ZXN0SWQiOiJyZXEtMSIsImV2ZW50Ijp7ImV4ZWN1dGlvbklkIjp7InByb2plY3QiOiJmbHl0ZXNuYWNrcyIsImRvbWFpbiI6ImRldmVsb3BtZW50IiwibmFtZSI6ImUxMjQifSwicHJvZHVjZXJJZCI6InByb3BlbGxlciIsInBoYXNlIjoiRkFJTEVEIiwib2NjdXJyZWRBdCI6IjIwMjQtMDEtMDJUMDM6MDQ6MDUuNjAwWiIsImVycm9yIjp7ImNvZGUiOiJVU0VSOkJvb20iLCJtZXNzYWdlIjoidWgtb2giLCJraW5kIjoiVVNFUiJ9fX0=";

    internal const string FailedId = """project:"flytesnacks" domain:"development" name:"e124".FAILED""";

    private static readonly ExecutionKey Execution = new("p", "d", "n");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flyte_FailedExecution_IsTheKnownProtobuf()
    {
        var record = await OneAsync(Failed, new() { Compatibility = EventCompatibility.Flyte });

        Assert.Equal(ProtobufForm, Convert.ToBase64String(CloudEventProtobuf.ToBytes(record.Event!)));
        Assert.Equal("flyteidl.admin.WorkflowExecutionEventRequest", record.Subject);
        Assert.Equal("flytesnacks/development/e124", record.OrderingKey);
    }

    [Fact]
    public async Task Flyte_FailedExecution_HasTheKnownKafkaKeyHeadersAndValue()
    {
        var record = await OneAsync(Failed with { TraceParent = TraceParent }, new() { Compatibility = EventCompatibility.Flyte });

        Assert.Equal(FailedId, record.PartitionKey);
        Assert.Equal(
            [
                "ce_specversion=1.0",
                "ce_type=com.flyte.resource.flyteidl.admin.WorkflowExecutionEventRequest",
                "ce_source=https://github.com/flyteorg/flyte/flyteadmin",
                $"ce_id={FailedId}",
                "ce_time=2024-01-02T03:04:05.6Z",
                "ce_jsonschemaurl=https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json",
                "content-type=application/json",
            ],
            CloudEventHeaders.Kafka(record.Event!).Select(header => $"{header.Key}={header.Value}")
        );
        Assert.Equal(FailedJson, Encoding.UTF8.GetString(record.Event!.Data.Span));
    }

    [Fact]
    public async Task Flyte_IdsOfNodesAndTasks_AreGosTextWithSingleBlanks()
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var format = EventFormats.Create(new() { Compatibility = EventCompatibility.Flyte }, fixture.Store);

        var records = await format.FormatAsync(
            [EgressSamples.Node(Execution, NodePhase.DynamicRunning), TaskOf(Execution, TaskPhase.WaitingForResources, attempt: 2)],
            Token
        );

        Assert.Equal(
            [
                """node_id:"n0" execution_id:{project:"p" domain:"d" name:"n"}.DYNAMIC_RUNNING""",
                """resource_type:TASK project:"p" domain:"d" name:"t" version:"v1".WAITING_FOR_RESOURCES""",
            ],
            records.Select(record => record.Event!.Id)
        );
        Assert.All(records, record => Assert.Equal("p/d/n", record.OrderingKey));
    }

    [Fact]
    public async Task Flyte_TimeFinerThanTheClocks_KeepsEveryDigit()
    {
        var request = Flyteidl.Admin.WorkflowExecutionEventRequest.Parser.ParseFrom(Failed.Request);
        request.Event.OccurredAt.Nanos = 123_456_789;
        var logged = Failed with { Request = Google.Protobuf.MessageExtensions.ToByteArray(request) };

        var record = await OneAsync(logged, new() { Compatibility = EventCompatibility.Flyte });

        Assert.Contains(new("ce_time", "2024-01-02T03:04:05.123456789Z"), CloudEventHeaders.Kafka(record.Event!));
    }

    [Fact]
    public async Task FlyteV2_HasUpstreamsTypesSourcesAndEmptySchema_AndTellsOfNoStart()
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var format = EventFormats.Create(new() { Compatibility = EventCompatibility.Flyte, Version = CloudEventSet.V2 }, fixture.Store);

        var records = await format.FormatAsync(
            [
                EgressSamples.Workflow(Execution, WorkflowPhase.Running),
                EgressSamples.Node(Execution, NodePhase.Running),
                TaskOf(Execution, TaskPhase.Running, attempt: 1),
            ],
            Token
        );

        Assert.Equal(
            [
                "cloudevents.WorkflowExecution com.flyte.resource.cloudevents.WorkflowExecution n/end-node",
                "cloudevents.NodeExecution com.flyte.resource.cloudevents.NodeExecution n/n0",
                "cloudevents.TaskExecution com.flyte.resource.cloudevents.TaskExecution n/n0/1",
            ],
            records.Select(record => $"{record.Subject} {record.Event!.Type} {record.Event.Source}")
        );
        Assert.All(records, record => Assert.Equal([new("jsonschemaurl", "")], record.Event!.Extensions));
        Assert.All(records, record => Assert.Equal(record.Event!.Id, record.PartitionKey));
    }

    [Fact]
    public async Task Documented_IsWhatTheDocumentSays()
    {
        var record = await OneAsync(Failed, new() { Compatibility = EventCompatibility.Documented });

        Assert.Equal("admin_event_pb2.WorkflowExecutionEventRequest", record.Subject);
        Assert.Equal("flytesnacks/development/e124", record.PartitionKey);
        Assert.Equal(
            $$"""
            {"specversion":"1.0","id":"{{Failed.Id}}","source":"https://github.ghproxy.top/flyteorg/flyteadmin","type":"com.flyte.resource.workflow","subject":"admin_event_pb2.WorkflowExecutionEventRequest","time":"2024-01-02T03:04:05.6Z","datacontenttype":"text/plain","jsonschemaurl":"https://github.ghproxy.top/flyteorg/flyteidl/blob/master/jsonschema/workflow_execution.json","data":"{{FailedRequest}}"}
            """,
            Encoding.UTF8.GetString(CloudEventJson.ToUtf8(record.Event!))
        );
    }

    [Fact]
    public async Task Documented_TypesAndSubjects_AreShortAndPythonic()
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var format = EventFormats.Create(new() { Compatibility = EventCompatibility.Documented }, fixture.Store);

        var records = await format.FormatAsync(
            [EgressSamples.Node(Execution, NodePhase.Running), TaskOf(Execution, TaskPhase.Running)],
            Token
        );

        Assert.Equal(
            [
                "com.flyte.resource.node admin_event_pb2.NodeExecutionEventRequest",
                "com.flyte.resource.task admin_event_pb2.TaskExecutionEventRequest",
            ],
            records.Select(record => $"{record.Event!.Type} {record.Subject}")
        );
    }

    [Fact]
    public async Task Raw_IsTheRequestAsReceived_UnderItsMessagesName()
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        var format = EventFormats.Create(new() { Form = EventForm.Raw }, fixture.Store);
        LoggedEvent[] events = [Failed, EgressSamples.Node(Execution, NodePhase.Running), TaskOf(Execution, TaskPhase.Running)];

        var records = await format.FormatAsync(events, Token);

        Assert.Equal(
            [
                "flyteidl.admin.WorkflowExecutionEventRequest",
                "flyteidl.admin.NodeExecutionEventRequest",
                "flyteidl.admin.TaskExecutionEventRequest",
            ],
            records.Select(record => record.Subject)
        );
        Assert.All(records.Zip(events), pair => Assert.True(pair.First.Raw.Span.SequenceEqual(pair.Second.Request)));
        Assert.All(records, record => Assert.Null(record.Event));
        Assert.Equal(["flytesnacks/development/e124", "p/d/n", "p/d/n"], records.Select(record => record.OrderingKey));
        Assert.Null(format.Gap(records[0], "too large"));
    }

    private static async Task<EgressRecord> OneAsync(LoggedEvent logged, EventFormatOptions options)
    {
        await using var fixture = await CatalogFixture.CreateAsync();
        return Assert.Single(await EventFormats.Create(options, fixture.Store).FormatAsync([logged], Token));
    }
}
