using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Server.Configuration;

namespace Transponder.Server.Doctor;

/// <summary>Looks at every channel without sending: its secrets, its host, and the connection to it, by the way that messages go.</summary>
internal sealed class ChannelCheckup(ChannelSet channels, TransponderOptions options)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = (await Task.WhenAll(channels.All.Select(channel => LookAsync(channel, cancellationToken)))).ToList();
        if (!options.Notifications.Enabled)
            findings.Insert(
                0,
                Finding.Warn(
                    "channel",
                    "",
                    "notifications are switched off: every delivery is recorded as suppressed",
                    "set notifications.type: embedded to send"
                )
            );
        else if (findings.Count == 0)
            findings.Add(Finding.Warn("channel", "", "there is none", "configure notifications.emailer or channels"));
        return findings;
    }

    private static async Task<Finding> LookAsync(Channel channel, CancellationToken cancellationToken)
    {
        var type = channel.Notifier.Type;
        var result = await channel.Notifier.ProbeAsync(cancellationToken);
        return result switch
        {
            null => Finding.Ok("channel", channel.Name, $"{type}: configured; transponder send-test {channel.Name} tells whether it works"),
            DeliveryResult.Delivered => Finding.Ok("channel", channel.Name, $"{type}: {result.Detail}"),
            _ => Finding.Fail("channel", channel.Name, $"{type}: {result.Detail}", Advice(result.Reason)),
        };
    }

    private static string Advice(DeliveryReason reason) =>
        reason switch
        {
            DeliveryReason.ConnectFailed or DeliveryReason.Timeout or DeliveryReason.ConnectionLost =>
                "see that the host is right and can be reached from here; messages wait until it can",
            DeliveryReason.TlsFailed => "see that the certificate is valid for this name and its authority is trusted",
            DeliveryReason.AuthFailed => "put the secret where the configuration says it is, or correct the reference",
            DeliveryReason.BlockedAddress or DeliveryReason.InvalidAddress =>
                "correct the URL, or open its network under outbound.allow if it is yours",
            _ => "correct the channel's configuration",
        };
}
