using System.Collections.Concurrent;
using System.Text.Json;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Channels.Ses;

/// <summary>SES's v2 API as its documentation describes it, over real HTTP: a signature of the right scope, a verified sender, raw mails.</summary>
public sealed class SesServer : IAsyncDisposable
{
    public const string AccessKey = "AKIAIOSFODNN7EXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    public const string SessionToken = "IQoJb3JpZ2luX2VjE-sesame-opens-the-mail";
    public const string Sender = "flyte@example.com";

    private static readonly string[] Fields = ["Destination", "Content", "ConfigurationSetName"];

    private readonly WebhookReceiver _receiver;
    private readonly ConcurrentQueue<ReceivedMime> _mails = new();

    private SesServer(WebhookReceiver receiver)
    {
        _receiver = receiver;
        receiver.Answer = request => Trouble?.Invoke(request) ?? Serve(request);
    }

    public Uri Endpoint => new($"http://127.0.0.1:{_receiver.Port}");

    /// <summary>Answers in SES's place; null, or an answer of null = SES answers itself.</summary>
    public Func<ReceivedRequest, ReceiverAnswer?>? Trouble { get; set; }

    public IReadOnlyList<ReceivedMime> Mails => [.. _mails];

    public IReadOnlyList<ReceivedRequest> Requests => _receiver.Received;

    public static async Task<SesServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public Task ContactedAsync() => _receiver.ReceivedAsync(1);

    public Task RefuseAsync() => _receiver.RefuseAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    public static ReceiverAnswer Refuse(int status, string code, string message) =>
        ReceiverAnswer.Of(status, JsonSerializer.Serialize(new { message })) with
        {
            Headers = new Dictionary<string, string> { ["x-amzn-ErrorType"] = code },
        };

    private ReceiverAnswer Serve(ReceivedRequest request)
    {
        if (request.Method != "POST" || request.Path != "/v2/email/outbound-emails")
            return Refuse(404, "UnknownOperationException", "");
        var signature = request.Header("Authorization");
        if (
            !signature.StartsWith($"AWS4-HMAC-SHA256 Credential={AccessKey}/", StringComparison.Ordinal)
            || !signature.Contains("/ses/aws4_request, ")
        )
            return Refuse(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
        if (request.Json.EnumerateObject().Any(field => !Fields.Contains(field.Name)))
            return Refuse(400, "BadRequestException", "unknown field");
        var mail = ReceivedMime.Parse(request.Json.GetProperty("Content").GetProperty("Raw").GetProperty("Data").GetBytesFromBase64());
        if (!mail["From"]!.Contains(Sender, StringComparison.Ordinal))
            return Refuse(
                400,
                "MessageRejected",
                $"Email address is not verified. The following identities failed the check: {mail["From"]}"
            );
        var to = request.Json.GetProperty("Destination").GetProperty("ToAddresses").EnumerateArray().Single().GetString()!;
        if (to.EndsWith("@unverified.example", StringComparison.Ordinal))
            return Refuse(400, "MessageRejected", $"Email address is not verified. The following identities failed the check: {to}");
        _mails.Enqueue(mail);
        return ReceiverAnswer.Of(200, $$"""{"MessageId":"0102018e-{{_mails.Count}}"}""");
    }
}
