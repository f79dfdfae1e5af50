using Transponder.Core.Delivery;
using Transponder.Integrations.Aws;
using Transponder.Integrations.Channels.Ses;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;
using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Channels;

/// <summary><c>type: ses</c>.</summary>
internal sealed class SesRegistration : IChannelRegistration
{
    public string Type => "ses";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var from = section.Required("from", "the From address");
        var region = section.Required("region", "the region whose SES sends");
        var options = Read(section, from, region);
        if (from.Length == 0 || region.Length == 0)
            return null;
        foreach (var (key, problem) in options.Check())
            section.Error(key, problem);
        return new SesChannelOptions { Ses = options };
    }

    /// <summary>What stands beside sender and region, wherever SES is configured.</summary>
    public static SesOptions Read(ConfigSection section, string from, string region)
    {
        var options = new SesOptions { From = from, Region = region };
        var identity = new AwsIdentity
        {
            AccessKey = section.Secret("accessKey"),
            SecretKey = section.Secret("secretKey"),
            SessionToken = section.Secret("sessionToken"),
            AssumeRole = section.Text("assumeRole"),
            ExternalId = section.Text("externalId"),
            StsEndpoint = ServiceUrl.Read(section, "stsEndpoint"),
        };
        section.WarnIfUnreadable("accessKey", identity.AccessKey);
        section.WarnIfUnreadable("secretKey", identity.SecretKey);
        section.WarnIfUnreadable("sessionToken", identity.SessionToken);
        return options with
        {
            Endpoint = ServiceUrl.Read(section, "endpoint"),
            Identity = identity,
            ConfigurationSet = section.Text("configurationSet"),
            Timeout = section.Duration("timeout", options.Timeout),
        };
    }
}

/// <summary>A channel of the type <c>ses</c>.</summary>
internal sealed record SesChannelOptions : ChannelOptions
{
    /// <summary>SES's own options.</summary>
    public required SesOptions Ses { get; init; }

    internal override BodyFormat Format => BodyFormat.Html;

    internal override Template DefaultBody => DefaultTemplates.HtmlBody;

    internal override string Summary => $"ses {Ses.Region}";

    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Mail,
            Rate = 14,
            Burst = 14,
            Concurrency = 8,
        };

    internal override string? CheckTarget(string? target) => SesOptions.CheckTarget(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new SesNotifier(Ses, time);
}
