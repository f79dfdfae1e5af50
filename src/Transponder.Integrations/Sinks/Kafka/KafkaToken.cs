using System.Text;
using System.Text.Json;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>OAUTHBEARER's token: read from its place whenever librdkafka asks for one, which it does before it expires.</summary>
internal static unsafe class KafkaToken
{
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(5);

    public static void Refresh(nint client, KafkaSaslOptions? sasl, TimeProvider time)
    {
        string? problem = "is missing";
        if (sasl?.Password is null || !sasl.Password.TryResolve(out var token, out problem))
        {
            _ = LibRdKafka.SetTokenFailure(client, $"the OAUTHBEARER token {problem}");
            return;
        }

        var (subject, expires) = Read(token);
        var text = stackalloc byte[256];
        var lifetime = (expires ?? time.GetUtcNow() + Unknown).ToUnixTimeMilliseconds();
        if (LibRdKafka.SetToken(client, token, lifetime, sasl.User.Length > 0 ? sasl.User : subject, 0, 0, text, 256) != 0)
            _ = LibRdKafka.SetTokenFailure(client, "librdkafka does not take the OAUTHBEARER token, or it has expired");
    }

    /// <summary>Whose a JWT is and until when; tokens of other kinds say neither.</summary>
    internal static (string Subject, DateTimeOffset? Expires) Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return ("transponder", null);
        try
        {
            var padded = parts[1].Replace('-', '+').Replace('_', '/').PadRight((parts[1].Length + 3) / 4 * 4, '=');
            using var claims = JsonDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(padded)));
            var subject = claims.RootElement.TryGetProperty("sub", out var name) ? name.ToString() : "transponder";
            return claims.RootElement.TryGetProperty("exp", out var expires) && expires.TryGetInt64(out var seconds)
                ? (subject, DateTimeOffset.FromUnixTimeSeconds(seconds))
                : (subject, null);
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return ("transponder", null);
        }
    }
}
