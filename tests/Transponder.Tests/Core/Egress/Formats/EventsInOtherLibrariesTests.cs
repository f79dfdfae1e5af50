using System.Text;
using System.Text.Json;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Protocol.CloudEvents;
using Transponder.Tests.Core.Catalog;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Egress.Formats;

/// <summary>Every form of an event means the same to the CloudEvents SDK for JavaScript and to protobuf.js.</summary>
[Trait("needs", "servers")]
public sealed class EventsInOtherLibrariesTests
{
    private static readonly ExecutionKey Key = new("p", "d", "n");

    [Theory]
    [InlineData(EventKind.Workflow, CloudEventSet.V1)]
    [InlineData(EventKind.Node, CloudEventSet.V1)]
    [InlineData(EventKind.Task, CloudEventSet.V1)]
    [InlineData(EventKind.Workflow, CloudEventSet.V2)]
    [InlineData(EventKind.Node, CloudEventSet.V2)]
    [InlineData(EventKind.Task, CloudEventSet.V2)]
    public async Task Event_InEveryForm_IsReadAlike(EventKind kind, CloudEventSet version)
    {
        Assert.SkipUnless(Directory.Exists(Repository.File("node_modules/cloudevents")), "the npm packages are not installed: run npm ci");
        await using var fixture = await CatalogFixture.CreateAsync();
        var logged = kind switch
        {
            EventKind.Workflow => EgressSamples.Workflow(Key, WorkflowPhase.Failed, 9),
            EventKind.Node => EgressSamples.Node(Key, NodePhase.Running),
            _ => EgressSamples.TaskOf(Key, TaskPhase.Running, attempt: 1),
        };
        var format = EventFormats.Create(new() { Version = version }, fixture.Store);
        var records = await format.FormatAsync([logged with { TraceParent = EgressSamples.TraceParent }], CatalogFixture.Token);
        var told = records[^1].Event!;
        var input = JsonSerializer.Serialize(
            new
            {
                kafka = new
                {
                    key = records[^1].PartitionKey,
                    headers = CloudEventHeaders.Kafka(told).ToDictionary(),
                    value = Convert.ToBase64String(told.Data.Span),
                },
                http = new
                {
                    headers = CloudEventHeaders.Http(told).Append(new("content-type", "application/json")).ToDictionary(),
                    body = Encoding.UTF8.GetString(told.Data.Span),
                },
                structured = Encoding.UTF8.GetString(CloudEventJson.ToUtf8(told)),
                batch = Encoding.UTF8.GetString(CloudEventJson.ToUtf8Batch([told, told])),
                proto = Convert.ToBase64String(CloudEventProtobuf.ToBytes(told)),
            }
        );

        var output = (await NodeScript.RunAsync("Core/Egress/Formats/read.js", input: input)).Succeeded();

        var read = JsonElement.Parse(output);
        var structured = read.GetProperty("structured").GetRawText();
        Assert.Equal(logged.Id.ToString(), read.GetProperty("structured").GetProperty("id").GetString());
        Assert.Equal("p/d/n", read.GetProperty("structured").GetProperty("partitionkey").GetString());
        Assert.Equal(Encoding.UTF8.GetString(told.Data.Span), read.GetProperty("structured").GetProperty("data").GetRawText());
        Assert.Equal(structured, read.GetProperty("kafka").GetRawText());
        Assert.Equal(structured, read.GetProperty("http").GetRawText());
        Assert.Equal([structured, structured], read.GetProperty("batch").EnumerateArray().Select(one => one.GetRawText()));
        Assert.Equal(structured, read.GetProperty("proto").GetRawText());
    }
}
