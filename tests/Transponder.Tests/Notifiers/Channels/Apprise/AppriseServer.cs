using System.Collections.Concurrent;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Apprise;

/// <summary>An Apprise API server as its documentation describes it, over real HTTP: keys with what they stand for, tags, known fields within limits.</summary>
public sealed class AppriseServer : ProviderServer
{
    public const string Key = "ml-team_2026";
    public const string StatelessUrl = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js";

    private static readonly string[] Fields = ["urls", "title", "body", "type", "format", "tag"];
    private static readonly string[] Types = ["info", "success", "warning", "failure"];
    private static readonly string[] Formats = ["text", "html", "markdown"];

    private readonly ConcurrentQueue<(string Id, JsonElement Message)> _sent = new();

    private AppriseServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string Url => Root;

    /// <summary>What was passed on, with the id of its request.</summary>
    public IReadOnlyList<(string Id, JsonElement Message)> Sent => [.. _sent];

    public static async Task<AppriseServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public static ReceiverAnswer Refuse(int status, string error) => ReceiverAnswer.Of(status, JsonSerializer.Serialize(new { error }));

    protected override ReceiverAnswer Serve(ReceivedRequest request)
    {
        if (request.Method != "POST" || !request.Path.StartsWith("/notify/", StringComparison.Ordinal))
            return ReceiverAnswer.Of(404, "<html>Not Found</html>");
        var key = request.Path["/notify/".Length..];
        var message = request.Json;
        if (message.EnumerateObject().Any(field => !Fields.Contains(field.Name)))
            return Refuse(400, "An invalid payload was specified.");
        if (Text(message, "body").Length is 0 or > 32_768 || Text(message, "title").Length > 250 || !Types.Contains(Text(message, "type")))
            return Refuse(400, "An invalid payload was specified.");
        if (!Formats.Contains(Text(message, "format")))
            return Refuse(400, "An invalid body input format was specified.");
        if (key.Length > 0 && key != Key)
            return ReceiverAnswer.Of(204);
        if (key.Length > 0 ? Text(message, "tag") == "nobody" : Text(message, "urls") != StatelessUrl)
            return Refuse(424, "One or more notification could not be sent.");
        _sent.Enqueue((request.Header("X-Request-ID"), message));
        return ReceiverAnswer.Of(200, """{"error":null}""");
    }

    private static string Text(JsonElement message, string name) => message.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
