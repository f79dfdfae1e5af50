using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>A webhook of one's own: its URL, and what signs or authorizes the requests.</summary>
internal sealed class WebhookScheme : ChannelScheme
{
    private const string Header = "header.";
    private const string Variable = "env:";

    public override IReadOnlyList<string> Names => ["webhook", "webhook+https", "webhook+http", "https", "http"];

    public override string Form => "webhook://env:HOOK_URL, webhook+https://host/path";

    public override IReadOnlyList<string> Options => ["sign", "format", "source", Header];

    public override bool IsPlain(ChannelAddress address, ChannelSetting setting) =>
        address.Option("sign") is null && (address.IsReference ? IsPlain(address.Rest) : address.Scheme is "webhook+http" or "http");

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        if (Url(address, setting, out problem) is not { } url)
            return null;
        var format = address.Option("format");
        if (format is not (null or "json" or "cloudevents"))
        {
            problem = "format is json or cloudevents";
            return null;
        }
        SecretRef? signing = null;
        if (address.Option("sign") is { } sign && (signing = setting.Secret(sign, $"{address.Shown}: sign", out problem)) is null)
            return null;
        var headers = new Dictionary<string, SecretRef>();
        foreach (var (key, value) in address.Options)
        {
            if (!key.StartsWith(Header, StringComparison.Ordinal))
                continue;
            if (setting.Secret(value, $"{address.Shown}: {key}", out problem) is not { } secret)
                return null;
            headers[key[Header.Length..]] = secret;
        }
        return new WebhookNotifier(
            new WebhookOptions
            {
                Url = url,
                SigningSecret = signing,
                Headers = headers,
                Format = format == "cloudevents" ? WebhookFormat.CloudEvents : WebhookFormat.Native,
                Source = address.Option("source") ?? "/transponder",
            },
            setting.Http,
            setting.Pod.Time
        );
    }

    /// <summary>A variable's value is looked at: it stays as it is, while a file's may become another.</summary>
    private static bool IsPlain(string reference) =>
        reference.StartsWith(Variable, StringComparison.Ordinal)
        && SecretRef.FromEnvironment(reference[Variable.Length..]).TryResolve(out var url, out _)
        && url.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>A literal URL of one's own is as often public as secret, so nothing is remarked.</summary>
    private static SecretRef? Url(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        if (address.IsReference)
            return setting.Secret(address.Rest, address.Shown, out problem);
        problem = null;
        var scheme = address.Scheme.EndsWith("http", StringComparison.Ordinal) ? "http" : "https";
        return SecretRef.FromValue($"{scheme}://{address.Rest}");
    }
}
