using System.Text.Json;

namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>What a server says of itself in INFO.</summary>
/// <param name="MaxPayload">The most bytes of a message, headers included.</param>
/// <param name="TlsRequired">Whether it talks only encrypted.</param>
internal sealed record NatsServerInfo(int MaxPayload, bool TlsRequired)
{
    private const string Verb = "INFO ";
    private const int UsualMaxPayload = 1024 * 1024;

    public static NatsServerInfo Parse(string line)
    {
        if (!line.StartsWith(Verb, StringComparison.OrdinalIgnoreCase))
            throw new NatsFailure("what answers is no NATS server");
        try
        {
            var json = JsonElement.Parse(line.AsSpan(Verb.Length));
            return new NatsServerInfo(
                json.TryGetProperty("max_payload", out var most) ? most.GetInt32() : UsualMaxPayload,
                json.TryGetProperty("tls_required", out var tls) && tls.GetBoolean()
            );
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new NatsFailure("the server's INFO cannot be read");
        }
    }
}
