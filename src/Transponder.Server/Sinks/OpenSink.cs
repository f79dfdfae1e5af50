using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Store;
using Transponder.Notifiers.Outbound;

namespace Transponder.Server.Sinks;

/// <summary>A sink that was made from its options, with its way out.</summary>
internal sealed class OpenSink : IAsyncDisposable
{
    private readonly OutboundHttp http;

    public OpenSink(SinkOptions options, OutboundPolicy outbound, IStore store, TimeProvider time, ILoggerFactory logs)
    {
        Options = options;
        http = new OutboundHttp(new OutboundOptions { Policy = outbound }, time);
        try
        {
            Route = new SinkRoute(
                options.Name,
                options.CreateSink(new SinkEnvironment(http, time, logs)),
                options.Filter,
                EventFormats.Create(options.Format, store)
            )
            {
                FromStart = options.FromStart,
                QuarantineLimit = options.QuarantineLimit,
            };
            ReplayRoute = Route with { Format = EventFormats.Create(options.Format with { Replay = true }, store) };
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    public SinkOptions Options { get; }

    public SinkRoute Route { get; }

    /// <summary>The same sink, with a format that marks what is sent again.</summary>
    public SinkRoute ReplayRoute { get; }

    public async ValueTask DisposeAsync()
    {
        await Route.Sink.DisposeAsync();
        http.Dispose();
    }
}
