using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.SendGrid;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: sendgrid</c>.</summary>
internal sealed class SendGridRegistration : IChannelRegistration
{
    public string Type => "sendgrid";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new SendGridOptions { ApiKey = SecretRef.FromValue("x"), From = "a@example.com" };
        var key = section.Secret("apiKey");
        if (key is null && !section.Has("apiKey"))
            section.Error("apiKey", "is missing: a key of SendGrid's that may send mail");
        var from = section.Required("from", "the From address");
        var options = defaults with
        {
            ApiKey = key ?? defaults.ApiKey,
            From = from.Length > 0 ? from : defaults.From,
            ReplyTo = section.Text("replyTo"),
            Categories = section.Texts("categories"),
            Sandbox = section.Flag("sandbox", defaults.Sandbox),
            ApiUrl = section.Text("apiUrl", defaults.ApiUrl),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        if (key is null)
            return null;
        foreach (var (place, problem) in options.Check(outbound))
            section.Report(place, problem, [key]);
        return new SendGridChannelOptions { SendGrid = options };
    }
}

/// <summary>A channel of the type <c>sendgrid</c>.</summary>
internal sealed record SendGridChannelOptions : ChannelOptions
{
    /// <summary>SendGrid's own options.</summary>
    public required SendGridOptions SendGrid { get; init; }

    internal override BodyFormat Format => BodyFormat.Html;

    internal override Template DefaultBody => DefaultTemplates.HtmlBody;

    internal override string Summary => $"sendgrid {new Uri(SendGrid.ApiUrl).Host}";

    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Mail,
            Rate = 20,
            Burst = 50,
            Concurrency = 8,
        };

    internal override string? CheckTarget(string? target) => SendGridOptions.CheckTarget(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new SendGridNotifier(SendGrid, http, time);
}
