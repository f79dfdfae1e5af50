using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Transponder.Benchmarks.Soak;

/// <summary>The healthy webhook, which takes the time of each execution's first notification, and a Slack that mostly answers 429.</summary>
internal sealed class SoakReceiver : IAsyncDisposable
{
    private const int SlackTakesOneOf = 5;

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, long> ended = new();
    private readonly ConcurrentDictionary<string, bool> received = new();
    private ConcurrentQueue<double> latencies = new();
    private int slackCalls;
    private int repeated;

    private SoakReceiver(WebApplication app) => this.app = app;

    public string HookUrl => app.Urls.First() + "/hook";

    public string SlackUrl => app.Urls.First() + "/api";

    /// <summary>Notifications beyond the first of an execution.</summary>
    public int Repeated => Volatile.Read(ref repeated);

    /// <summary>Executions whose end was acknowledged, and which were not notified yet.</summary>
    public int Waiting => ended.Count - ended.Keys.Count(received.ContainsKey);

    public int Ended => ended.Count;

    public static async Task<SoakReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new SoakReceiver(builder.Build());
        receiver.app.MapPost("/hook", receiver.HookAsync);
        receiver.app.MapPost("/api/chat.postMessage", receiver.Slack);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>Called just before the terminal event is sent: latencies are measured from here.</summary>
    public void Ending(string execution) => ended[execution] = Stopwatch.GetTimestamp();

    /// <summary>Called when the terminal event was not acknowledged after all, so that nothing is owed.</summary>
    public void Withdraw(string execution) => ended.TryRemove(execution, out _);

    /// <summary>The latencies since the last call, in milliseconds, sorted.</summary>
    public double[] TakeLatencies() => [.. Interlocked.Exchange(ref latencies, new ConcurrentQueue<double>()).Order()];

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task HookAsync(HttpContext http)
    {
        var now = Stopwatch.GetTimestamp();
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var execution = body.RootElement.GetProperty("execution").GetProperty("name").GetString()!;
        if (!received.TryAdd(execution, true))
            Interlocked.Increment(ref repeated);
        else if (ended.TryGetValue(execution, out var since))
            latencies.Enqueue(Stopwatch.GetElapsedTime(since, now).TotalMilliseconds);
    }

    private async Task Slack(HttpContext http)
    {
        await http.Request.Body.CopyToAsync(Stream.Null);
        if (Interlocked.Increment(ref slackCalls) % SlackTakesOneOf != 0)
        {
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            http.Response.Headers.RetryAfter = "2";
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"ok":true,"channel":"C0ALERTS","ts":"1700000000.{{slackCalls}}","message":{"text":""} }""");
    }
}
