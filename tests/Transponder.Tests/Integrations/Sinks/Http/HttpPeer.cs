using System.Globalization;
using System.IO.Compression;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Http;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks.Http;

/// <summary>A real HTTP server behind a proxy. What it answered 2xx to has arrived; what is too large for it, it answers 413.</summary>
internal sealed class HttpPeer : SinkPeer
{
    public const int LargestBody = 20_000;

    private readonly OutboundHttp http;
    private readonly HttpSinkOptions options;

    private HttpPeer(WebhookReceiver receiver, TcpFaultProxy network, Func<HttpSinkOptions, HttpSinkOptions> configure)
    {
        Receiver = receiver;
        Network = network;
        OutboundOptions outbound = new()
        {
            Policy = OutboundPolicy.Parse(["127.0.0.0/8"], out _),
            ConnectTimeout = TimeSpan.FromSeconds(30),
        };
        http = new OutboundHttp(outbound);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{network.Port}/events?key=url-secret-7");
        options = configure(new HttpSinkOptions { Url = SecretRef.FromValue(url), Timeout = TimeSpan.FromSeconds(60) });
        Sink = new HttpSink(options, http);
    }

    public WebhookReceiver Receiver { get; }

    public override IEventSink Sink { get; }

    public override TcpFaultProxy Network { get; }

    /// <summary>The requests that carried events and were not refused for their size.</summary>
    public IEnumerable<ReceivedRequest> Posts =>
        Receiver.Received.Where(request => request.Method == "POST" && request.Body.Length <= LargestBody);

    public static async Task<HttpPeer> StartAsync(SinkTrouble trouble, Func<HttpSinkOptions, HttpSinkOptions> configure)
    {
        var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = request => AnswerOf(request, trouble);
        var network = TcpFaultProxy.Start(receiver.Port, trouble == SinkTrouble.Down ? Fault.Refuse : Fault.None);
        return new HttpPeer(receiver, network, configure);
    }

    public override async Task<IReadOnlyList<Arrived>> ReadAsync()
    {
        var arrived = new List<Arrived>();
        var events = new List<(IReadOnlyDictionary<string, string>, byte[])>();
        foreach (var request in Posts)
        {
            var body = request.Header("content-encoding") == "gzip" ? Unpacked(request.Body) : request.Body;
            if (request.Header("content-type") == "application/x-protobuf" && request.Header("ce-id").Length == 0)
                arrived.Add(new Arrived(body, null, null));
            else
                events.Add((request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value), body));
        }
        return [.. arrived, .. await ParsedEvents.OfAsync(events)];
    }

    public override async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        http.Dispose();
        await Network.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private static ReceiverAnswer AnswerOf(ReceivedRequest request, SinkTrouble trouble) =>
        trouble switch
        {
            SinkTrouble.NoTopic => ReceiverAnswer.Of(404, "no such hook"),
            SinkTrouble.WrongCredentials => ReceiverAnswer.Of(401, $"unknown: {request.Header("authorization")} {request.Path}"),
            SinkTrouble.NotPermitted => ReceiverAnswer.Of(403),
            SinkTrouble.Throttled => ReceiverAnswer.RetryAfter(429, "7"),
            _ when request.Body.Length > LargestBody => ReceiverAnswer.Of(413, "too large"),
            _ => ReceiverAnswer.Of(202),
        };

    private static byte[] Unpacked(byte[] body)
    {
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
