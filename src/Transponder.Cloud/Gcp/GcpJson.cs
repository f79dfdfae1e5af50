using System.Globalization;
using System.Text.Json;

namespace Transponder.Cloud.Gcp;

/// <summary>Reads fields of credentials files and of token answers.</summary>
internal static class GcpJson
{
    /// <summary>A field's text; null when it is absent, empty or no string.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() is { Length: > 0 } text
                ? text
                : null
            : null;

    /// <summary>A field that a credentials file must have.</summary>
    public static string Required(this JsonElement file, string name) =>
        file.Text(name) ?? throw new GcpCredentialException($"the credentials file has no {name}");

    /// <summary>An object's field; null when it is absent.</summary>
    public static JsonElement? Object(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    /// <summary>The token of an OAuth answer.</summary>
    public static GcpToken Token(this JsonElement answer, string from, DateTimeOffset now)
    {
        var token = answer.Text("access_token") ?? throw new GcpCredentialException($"{from} answers without a token");
        return new GcpToken(token, now + Life(answer));
    }

    private static TimeSpan Life(JsonElement answer)
    {
        if (!answer.TryGetProperty("expires_in", out var life))
            return TimeSpan.FromHours(1);
        var seconds = life.ValueKind switch
        {
            JsonValueKind.Number when life.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(life.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var text) =>
                text,
            _ => 0,
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 24 * 3600));
    }
}
