using System.Text;
using System.Text.Json;
using Transponder.Cloud.Aws;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Sns;
using Transponder.Notifiers;
using Transponder.Protocol.CloudEvents;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks.Sns;

internal static class SnsSamples
{
    public const string L2Base64 =
        "CgVyZXEtMRJTCiAKC2ZseXRlc25hY2tzEgtkZXZlbG9wbWVudCIEZTEyNBIJcHJvcGVsbGVyGAYiDAil+s2sBhCAjI2eAjIUCglVU0VSOkJvb20SBXVoLW9oIAE=";

    public const string L3Base64 =
        "Cj1wcm9qZWN0OiJmbHl0ZXNuYWNrcyIgZG9tYWluOiJkZXZlbG9wbWVudCIgbmFtZToiZTEyNCIuRkFJTEVEEixodHRwczovL2dpdGh1Yi5jb2"
        + "0vZmx5dGVvcmcvZmx5dGUvZmx5dGVhZG1pbhoDMS4wIj9jb20uZmx5dGUucmVzb3VyY2UuZmx5dGVpZGwuYWRtaW4uV29ya2Zsb3dFeGVjdXRp"
        + "b25FdmVudFJlcXVlc3QqJQoPZGF0YWNvbnRlbnR0eXBlEhIaEGFwcGxpY2F0aW9uL2pzb24qaAoNanNvbnNjaGVtYXVybBJXGlVodHRwczovL2"
        + "dpdGh1Yi5jb20vZmx5dGVvcmcvZmx5dGVpZGwvYmxvYi92MC4yNC4xNC9qc29uc2NoZW1hL3dvcmtmbG93X2V4ZWN1dGlvbi5qc29uKhYKBHRp"
        + "bWUSDjoMCKX6zawGEICMjZ4CMvsBeyJyZXF1ZXN0SWQiOiJyZXEtMSIsImV2ZW50Ijp7ImV4ZWN1dGlvbklkIjp7InByb2plY3QiOiJmbHl0ZX"
        + "NuYWNrcyIsImRvbWFpbiI6ImRldmVsb3BtZW50IiwibmFtZSI6ImUxMjQifSwicHJvZHVjZXJJZCI6InByb3BlbGxlciIsInBoYXNlIjoiRkFJ"
        + "TEVEIiwib2NjdXJyZWRBdCI6IjIwMjQtMDEtMDJUMDM6MDQ6MDUuNjAwWiIsImVycm9yIjp7ImNvZGUiOiJVU0VSOkJvb20iLCJtZXNzYWdlIj"
        + "oidWgtb2giLCJraW5kIjoiVVNFUiJ9fX0=";

    public static byte[] L2 => Convert.FromBase64String(L2Base64);

    public static SnsSinkOptions Options(AwsAccount aws, string topic, AwsCredentials? user = null) =>
        Options(aws.Endpoint, topic, user ?? aws.Administrator);

    public static SnsSinkOptions Options(Uri endpoint, string topic, AwsCredentials user) =>
        new()
        {
            TopicArn = topic,
            Endpoint = endpoint,
            AccessKey = SecretRef.FromValue(user.AccessKey),
            SecretKey = SecretRef.FromValue(user.SecretKey),
            Timeout = TimeSpan.FromSeconds(60),
        };

    public static EgressRecord Record(string key, int number, Guid? eventId = null) =>
        new()
        {
            Position = number,
            EventId = eventId ?? Guid.CreateVersion7(),
            OrderingKey = key,
            PartitionKey = key,
            Subject = "flyteidl.admin.WorkflowExecutionEventRequest",
            Event = new CloudEvent
            {
                Id = $"id-{number}",
                Source = "https://flyte.example",
                Type = "com.flyte.resource.flyteidl.admin.WorkflowExecutionEventRequest",
                Subject = key,
                DataContentType = "application/json",
                Data = Encoding.UTF8.GetBytes($$"""{"n":{{number}}}"""),
            },
        };

    /// <summary>The first version's event of <see cref="L2"/>, with the id that Flyte's admin gives it.</summary>
    public static EgressRecord FlytesOwn() =>
        new()
        {
            Position = 1,
            EventId = Guid.CreateVersion7(),
            OrderingKey = "flytesnacks/development/e124",
            PartitionKey = "flytesnacks/development/e124",
            Subject = "flyteidl.admin.WorkflowExecutionEventRequest",
            Event = new CloudEvent
            {
                Id = """project:"flytesnacks" domain:"development" name:"e124".FAILED""",
                Source = "https://github.com/flyteorg/flyte/flyteadmin",
                Type = "com.flyte.resource.flyteidl.admin.WorkflowExecutionEventRequest",
                Time = new DateTimeOffset(2024, 1, 2, 3, 4, 5, 600, TimeSpan.Zero),
                DataContentType = "application/json",
                Extensions =
                [
                    new("jsonschemaurl", "https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json"),
                ],
                Data = Encoding.UTF8.GetBytes(
                    """{"requestId":"req-1","event":{"executionId":{"project":"flytesnacks","domain":"development","name":"e124"},"""
                        + "\"producerId\":\"propeller\",\"phase\":\"FAILED\",\"occurredAt\":\"2024-01-02T03:04:05.600Z\","
                        + "\"error\":"
                        + """{"code":"USER:Boom","message":"uh-oh","kind":"USER"}}}"""
                ),
            },
        };

    public static EgressRecord RawRecord(string key, int number, byte[] bytes) =>
        new()
        {
            Position = number,
            EventId = Guid.CreateVersion7(),
            OrderingKey = key,
            PartitionKey = key,
            Subject = "flyteidl.admin.WorkflowExecutionEventRequest",
            Raw = bytes,
        };

    public static EgressRecord Replay(EgressRecord record) =>
        new()
        {
            Position = record.Position,
            EventId = record.EventId,
            OrderingKey = record.OrderingKey,
            PartitionKey = record.PartitionKey,
            Subject = record.Subject,
            Event = record.Event,
            Replayed = true,
        };

    /// <summary>What SNS's own envelope says: the subject and the message.</summary>
    public static (string Subject, string Message) Envelope(string body)
    {
        var envelope = JsonElement.Parse(body);
        return (envelope.GetProperty("Subject").GetString()!, envelope.GetProperty("Message").GetString()!);
    }
}
