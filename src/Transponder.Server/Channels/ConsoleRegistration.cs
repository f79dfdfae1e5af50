using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Console;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: console</c>.</summary>
internal sealed class ConsoleRegistration : IChannelRegistration
{
    public string Type => "console";

    public ChannelOptions Read(ConfigSection section, OutboundPolicy outbound) =>
        new ConsoleChannelOptions
        {
            Console = new ConsoleOptions
            {
                Json = section.Choice("format", false, ("text", false), ("json", true)),
                ToStandardError = section.Choice("stream", false, ("stdout", false), ("stderr", true)),
            },
        };
}

/// <summary>A channel of the type <c>console</c>.</summary>
internal sealed record ConsoleChannelOptions : ChannelOptions
{
    /// <summary>The console's own options.</summary>
    public required ConsoleOptions Console { get; init; }

    internal override ChannelLimits Limits => new() { Schedule = RetrySchedule.Webhook, Concurrency = 1 };

    internal override string? CheckTarget(string? target) => ConsoleNotifier.Check(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new ConsoleNotifier(Console);
}
