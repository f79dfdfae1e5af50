using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Transponder.Core.Egress;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>Writes records as requests: the CloudEvents HTTP binding's three forms, or raw bytes; signed, compressed, and with the operator's headers.</summary>
internal static class HttpSinkRequest
{
    /// <summary>The header that marks a message that someone asked to be sent again.</summary>
    public const string Replay = "transponder-replay";

    /// <summary>The header that names a raw request's message.</summary>
    public const string Subject = "transponder-subject";

    private const string RawMediaType = "application/x-protobuf";

    public static HttpRequestMessage Of(EgressRecord record, HttpSinkOptions options, HttpSinkSecrets secrets, DateTimeOffset now)
    {
        if (record.Event is not { } told)
        {
            var raw = Post(record.Raw, RawMediaType, record.EventId.ToString(), options, secrets, now);
            raw.Headers.TryAddWithoutValidation(Subject, record.Subject);
            return Marked(raw, record.Replayed);
        }

        var binary = options.Mode == HttpSinkMode.Binary;
        var request = binary
            ? Post(told.Data, told.DataContentType, told.Id, options, secrets, now)
            : Post(CloudEventJson.ToUtf8(told), CloudEventJson.MediaType, told.Id, options, secrets, now);
        if (binary)
        {
            foreach (var (name, value) in CloudEventHeaders.Http(told))
                request.Headers.TryAddWithoutValidation(name, value);
        }
        return Marked(request, record.Replayed);
    }

    public static HttpRequestMessage OfBatch(
        IReadOnlyList<EgressRecord> records,
        HttpSinkOptions options,
        HttpSinkSecrets secrets,
        DateTimeOffset now
    )
    {
        var body = CloudEventJson.ToUtf8Batch([.. records.Select(record => record.Event!)]);
        var request = Post(body, CloudEventJson.BatchMediaType, IdOf(records), options, secrets, now);
        return Marked(request, records.All(record => record.Replayed));
    }

    /// <summary>The same events have the same id, and no others do: receivers may drop a request whose id they know.</summary>
    private static string IdOf(IReadOnlyList<EgressRecord> records)
    {
        var ids = Encoding.UTF8.GetBytes(string.Join('\n', records.Select(record => record.Event!.Id)));
        return "batch_" + Convert.ToHexStringLower(SHA256.HashData(ids).AsSpan(0, 16));
    }

    private static HttpRequestMessage Post(
        ReadOnlyMemory<byte> body,
        string? mediaType,
        string id,
        HttpSinkOptions options,
        HttpSinkSecrets secrets,
        DateTimeOffset now
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, secrets.Webhook.Url)
        {
            Content = new ReadOnlyMemoryContent(options.Gzip ? Compressed(body) : body),
        };
        if (mediaType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        if (options.Gzip)
            request.Content.Headers.ContentEncoding.Add("gzip");

        var headers = request.Headers;
        var encodedId = Uri.EscapeDataString(id);
        headers.TryAddWithoutValidation("User-Agent", "Transponder");
        headers.TryAddWithoutValidation(WebhookSignature.IdHeader, encodedId);
        headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (secrets.Webhook.Signing.Count > 0)
        {
            var signature = WebhookSignature.Sign(encodedId, now, body.Span, secrets.Webhook.Signing);
            headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, signature);
        }
        secrets.AddTo(request);
        return request;
    }

    private static HttpRequestMessage Marked(HttpRequestMessage request, bool replayed)
    {
        if (replayed)
            request.Headers.TryAddWithoutValidation(Replay, "true");
        return request;
    }

    private static byte[] Compressed(ReadOnlyMemory<byte> body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body.Span);
        return buffer.ToArray();
    }
}
