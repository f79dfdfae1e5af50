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
        };

    public static EgressRecord Record(string key, int number) =>
        new()
        {
            Position = number,
            EventId = Guid.CreateVersion7(),
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
