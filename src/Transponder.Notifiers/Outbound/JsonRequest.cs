using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Transponder.Notifiers.Outbound;

/// <summary>Requests whose body is JSON.</summary>
internal static class JsonRequest
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A request that posts a body.</summary>
    public static HttpRequestMessage Post(string url, byte[] body) => Of(HttpMethod.Post, url, body);

    /// <summary>A request with a body.</summary>
    public static HttpRequestMessage Of(HttpMethod method, string url, byte[] body)
    {
        var request = new HttpRequestMessage(method, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("User-Agent", "Transponder");
        return request;
    }

    /// <summary>The bytes of one JSON object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What <paramref name="write"/> makes with a text of at most <paramref name="longest"/> characters, or of fewer where it would exceed <paramref name="most"/> bytes.</summary>
    public static byte[] Fit(int most, int longest, Func<int, byte[]> write)
    {
        var body = write(longest);
        while (body.Length > most && longest > 100)
            body = write(longest = longest * 3 / 4);
        return body;
    }
}
