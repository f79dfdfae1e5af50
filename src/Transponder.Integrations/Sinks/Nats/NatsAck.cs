using System.Text.Json;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Nats;

/// <summary>What JetStream answers to a message.</summary>
internal static class NatsAck
{
    private const int MessageTooLarge = 10054;
    private const int HeadersTooLarge = 10097;

    public static PublishResult Read(ReadOnlySpan<byte> payload, string subject)
    {
        try
        {
            var json = JsonElement.Parse(payload);
            if (json.TryGetProperty("error", out var error))
            {
                var code = error.TryGetProperty("err_code", out var number) ? number.GetInt32() : 0;
                var text = error.TryGetProperty("description", out var description) ? description.GetString() : "";
                var outcome = code is MessageTooLarge or HeadersTooLarge ? PublishOutcome.Rejected : PublishOutcome.Failed;
                return new PublishResult(outcome, $"JetStream refused a message to {subject}: {text} ({code})");
            }
            if (json.TryGetProperty("stream", out _) && json.TryGetProperty("seq", out _))
                return PublishResult.Confirmed;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return Unreadable(subject);
        }
        return Unreadable(subject);
    }

    private static PublishResult Unreadable(string subject) =>
        new(PublishOutcome.Failed, $"what answered a message to {subject} is not JetStream");
}
