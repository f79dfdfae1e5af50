using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Server.Channels;

/// <summary>Mail by a mail server: what <c>notifications.emailer</c> names, never a channel of its own.</summary>
internal sealed record SmtpChannelOptions : ChannelOptions
{
    /// <summary>The mail server and the sender.</summary>
    public required EmailOptions Smtp { get; init; }

    internal override BodyFormat Format => BodyFormat.Html;

    internal override Template DefaultBody => DefaultTemplates.HtmlBody;

    internal override string Summary => $"smtp {Smtp.Host}:{Smtp.Port}";

    internal override ChannelLimits Limits => new() { Schedule = RetrySchedule.Mail, Concurrency = Smtp.PoolSize };

    internal override string? CheckTarget(string? target) => EmailAddress.Check(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new EmailNotifier(Smtp, time);
}
