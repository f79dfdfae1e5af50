using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Transponder.Protocol;
using Transponder.Server.Wire.Grpc;

namespace Transponder.Server.Wire.Rest;

/// <summary>A response of Server-Sent Events (WHATWG HTML, section 9.2): a message a line of JSON.</summary>
internal sealed class EventStream(HttpContext http, RestDialect dialect)
{
    public async Task WriteAsync(IEnumerable<SentEvent> events, CancellationToken cancellationToken)
    {
        if (!http.Response.HasStarted)
            Begin();
        foreach (var one in events)
            Write(one);
        await http.Response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says why the stream ends, to whoever still listens.</summary>
    public async Task EndAsync(RpcException failure)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return;
        Line("event", "error");
        Data(GrpcStatus.ToProto(failure));
        Text("\n");
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private void Begin()
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        // A proxy that gathers the response would hold the events back.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
    }

    private void Write(SentEvent one)
    {
        Line("id", one.Id);
        if (one.Name is { } name)
            Line("event", name);
        if (one.Data is { } data)
            Data(data);
        Text("\n");
    }

    private void Data(Google.Protobuf.IMessage message)
    {
        Text("data: ");
        dialect.Write(http.Response.BodyWriter, message);
        Text("\n");
    }

    private void Line(string field, string value) => Text($"{field}: {value}\n");

    private void Text(string text) => Encoding.UTF8.GetBytes(text, http.Response.BodyWriter);
}
