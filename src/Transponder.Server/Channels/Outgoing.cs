using Transponder.Core.Delivery;
using Transponder.Core.Routing;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary>All that one configuration sends with: its channels, their way out, and what addresses mean with them. Replaced as a whole.</summary>
internal sealed class Outgoing : IAsyncDisposable
{
    private readonly OutboundHttp http;

    public Outgoing(TransponderOptions options, TimeProvider time, ILogger<ChannelSet> logger)
    {
        http = new OutboundHttp(new OutboundOptions { Policy = options.Outbound }, time);
        try
        {
            Channels = ChannelFactory.Create(options, http, time, logger);
        }
        catch
        {
            http.Dispose();
            throw;
        }
        Addresses = new AddressBook(
            Channels.All.ToDictionary(channel => channel.Name, channel => channel.Notifier),
            options.Recipients,
            EmailAddress.Check
        );
    }

    public ChannelSet Channels { get; }

    public AddressBook Addresses { get; }

    public async ValueTask DisposeAsync()
    {
        await Channels.DisposeAsync();
        http.Dispose();
    }
}
