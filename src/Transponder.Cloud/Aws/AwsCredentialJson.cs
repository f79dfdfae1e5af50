using System.Text.Json;

namespace Transponder.Cloud.Aws;

/// <summary>Credentials in the JSON that container and instance endpoints speak.</summary>
internal static class AwsCredentialJson
{
    /// <summary>Reads an answer. The exception names the place and shows nothing of the answer.</summary>
    public static AwsCredentials Parse(string body, string place)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return new AwsCredentials(
                root.GetProperty("AccessKeyId").GetString()!,
                root.GetProperty("SecretAccessKey").GetString()!,
                root.TryGetProperty("Token", out var token) ? token.GetString() : null
            )
            {
                Expires =
                    root.TryGetProperty("Expiration", out var end) && end.ValueKind == JsonValueKind.String
                        ? end.GetDateTimeOffset()
                        : null,
            };
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new AwsCredentialException($"{place} answered something else than credentials");
        }
    }
}
