using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Transponder.Server.Commands.Demo;

/// <summary>A webhook receiver on a loopback port that keeps every call in memory and checks its Standard Webhooks signature.</summary>
internal sealed class DemoWebhook : IAsyncDisposable
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentQueue<DemoWebhookCall> calls = new();
    private readonly WebApplication app;

    private DemoWebhook()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapPost("/hook", TakeAsync);
    }

    public Uri Url => new(new Uri(app.Urls.Single()), "/hook");

    /// <summary>The signing secret, as a sender's configuration wants it.</summary>
    public string Secret => "whsec_" + Convert.ToBase64String(key);

    public IReadOnlyCollection<DemoWebhookCall> Calls => calls;

    public static async Task<DemoWebhook> StartAsync(CancellationToken cancellationToken)
    {
        var webhook = new DemoWebhook();
        await webhook.app.StartAsync(cancellationToken);
        return webhook;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        var id = request.Headers["webhook-id"].ToString();
        var stamp = request.Headers["webhook-timestamp"].ToString();
        var signed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{stamp}.{body}"));
        var genuine = request.Headers["webhook-signature"].ToString().Split(' ').Contains($"v1,{Convert.ToBase64String(signed)}");
        calls.Enqueue(new DemoWebhookCall(id, genuine, body));
        return genuine ? Results.NoContent() : Results.Unauthorized();
    }
}

/// <summary>One call as the receiver took it.</summary>
/// <param name="Id">The <c>webhook-id</c> header: the delivery's id.</param>
/// <param name="Genuine">Whether the signature is right.</param>
/// <param name="Body">The JSON.</param>
internal sealed record DemoWebhookCall(string Id, bool Genuine, string Body);
