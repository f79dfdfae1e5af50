using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>
/// Google's Pub/Sub emulator on loopback. It keeps everything in memory, so it is never stopped to make an outage, and it knows no permissions.
/// </summary>
public sealed class PubSubEmulator : IAsyncDisposable
{
    public const string Project = "transponder-tests";

    private const string Package = "google-cloud-cli-pubsub-emulator";

    private readonly ChildProcess process;
    private readonly HttpClient client;

    private PubSubEmulator(ChildProcess process, int port)
    {
        (this.process, Port) = (process, port);
        client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/v1/") };
    }

    public int Port { get; }

    public static async Task<PubSubEmulator> StartAsync()
    {
        var jar = await JarAsync();
        var java = Executable.Require("java", "default-jre-headless");
        var port = FreePort.Next();
        var process = ChildProcess.Start(java, ["-Xmx128m", "-jar", jar, "--host=127.0.0.1", $"--port={port}"]);
        await process.LineAsync("Server started", TimeSpan.FromMinutes(2));
        return new PubSubEmulator(process, port);
    }

    /// <summary>A new topic with one subscription that keeps order, both of the given name.</summary>
    public async Task CreateTopicAsync(string name)
    {
        await SendAsync(HttpMethod.Put, $"projects/{Project}/topics/{name}", new { });
        await SendAsync(
            HttpMethod.Put,
            $"projects/{Project}/subscriptions/{name}",
            new
            {
                topic = $"projects/{Project}/topics/{name}",
                enableMessageOrdering = true,
                ackDeadlineSeconds = 60,
            }
        );
    }

    /// <summary>Takes what the subscription has now; it may be only a part.</summary>
    public async Task<IReadOnlyList<JsonElement>> PullAsync(string name)
    {
        var subscription = $"projects/{Project}/subscriptions/{name}";
        var answer = await SendAsync(HttpMethod.Post, $"{subscription}:pull", new { maxMessages = 1000, returnImmediately = true });
        if (!answer.TryGetProperty("receivedMessages", out var received))
            return [];
        var messages = received.EnumerateArray().ToList();
        await SendAsync(
            HttpMethod.Post,
            $"{subscription}:acknowledge",
            new { ackIds = messages.Select(message => message.GetProperty("ackId").GetString()) }
        );
        return [.. messages.Select(message => message.GetProperty("message"))];
    }

    /// <summary>Takes what the subscription has until it is that many.</summary>
    public async Task<IReadOnlyList<JsonElement>> PullAsync(string name, int count)
    {
        var messages = new List<JsonElement>();
        await Eventually.TrueAsync(
            async () =>
            {
                messages.AddRange(await PullAsync(name));
                return messages.Count >= count;
            },
            $"{count} messages of {name}"
        );
        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    private static async Task<string> JarAsync()
    {
        var listing = await ScriptResult.OfAsync(Executable.Require("dpkg", "dpkg"), ["-L", Package], null, null);
        var jar = listing.Output.Split('\n').FirstOrDefault(path => path.EndsWith("-all.jar", StringComparison.Ordinal));
        Assert.SkipWhen(
            jar is null || !File.Exists(jar),
            $"Google's Pub/Sub emulator is not installed (package {Package} of Google's repository)"
        );
        return jar!;
    }
}
