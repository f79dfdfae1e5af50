using System.Collections.Concurrent;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.SendGrid;

/// <summary>SendGrid's <c>v3/mail/send</c> as its documentation describes it, over real HTTP: a key, verified senders, known fields within their limits.</summary>
public sealed class SendGridServer : ProviderServer
{
    public const string Key = "SG.0123456789abcdef.sesame-0pen_the-m4il-gate";
    public const string Sender = "flyte@example.com";

    // What each object of a mail may hold, by the name that it stands under.
    private static readonly Dictionary<string, string[]> Fields = new()
    {
        [""] =
        [
            "personalizations",
            "from",
            "reply_to",
            "subject",
            "content",
            "headers",
            "categories",
            "custom_args",
            "mail_settings",
            "tracking_settings",
        ],
        ["personalizations"] = ["to"],
        ["to"] = ["email", "name"],
        ["from"] = ["email", "name"],
        ["reply_to"] = ["email", "name"],
        ["content"] = ["type", "value"],
        ["headers"] = ["Auto-Submitted", "In-Reply-To", "References"],
        ["custom_args"] = ["transponder_id"],
        ["mail_settings"] = ["sandbox_mode"],
        ["sandbox_mode"] = ["enable"],
        ["tracking_settings"] = ["click_tracking", "open_tracking"],
        ["click_tracking"] = ["enable"],
        ["open_tracking"] = ["enable"],
    };

    private readonly ConcurrentQueue<JsonElement> _mails = new();

    private SendGridServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string ApiUrl => Root;

    /// <summary>The mails that were taken; those of the sandbox were not.</summary>
    public IReadOnlyList<JsonElement> Mails => [.. _mails];

    public static async Task<SendGridServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public static ReceiverAnswer Refuse(int status, string message, string? field = null) =>
        ReceiverAnswer.Of(status, JsonSerializer.Serialize(new { errors = new[] { new { message, field } } }));

    protected override ReceiverAnswer Serve(ReceivedRequest request)
    {
        if (request.Path != "/v3/mail/send" || request.Method != "POST")
            return Refuse(404, "not found");
        if (request.Header("Authorization") != $"Bearer {Key}")
            return Refuse(401, "The provided authorization grant is invalid, expired, or revoked");
        if (request.Body.Length > 30 * 1024 * 1024)
            return Refuse(413, "payload too large");
        var mail = request.Json;
        if (!IsKnown("", mail))
            return Refuse(400, "Bad Request");
        if (mail.GetProperty("from").GetProperty("email").GetString() != Sender)
            return Refuse(403, "The from address does not match a verified Sender Identity", "from");
        if (mail.GetProperty("personalizations").GetArrayLength() != 1)
            return Refuse(400, "one recipient each");
        if (mail.GetProperty("subject").GetString()!.Any(char.IsControl))
            return Refuse(400, "The subject must not contain line breaks", "subject");
        if (mail.TryGetProperty("mail_settings", out _))
            return ReceiverAnswer.Of(200);
        _mails.Enqueue(mail);
        return ReceiverAnswer.Of(202) with
        {
            Headers = new Dictionary<string, string> { ["X-Message-Id"] = $"14c5d75ce93.dfd.{_mails.Count}" },
        };
    }

    private static bool IsKnown(string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => Fields.TryGetValue(name, out var fields)
                && value.EnumerateObject().All(field => fields.Contains(field.Name) && IsKnown(field.Name, field.Value)),
            JsonValueKind.Array => value.GetArrayLength() is > 0 and <= 10 && value.EnumerateArray().All(item => IsKnown(name, item)),
            JsonValueKind.String => value.GetString()!.Length > 0,
            _ => true,
        };
}
