using Transponder.Tests.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;

[assembly: Xunit.AssemblyFixture(typeof(SharedPubSub))]

namespace Transponder.Tests.Integrations.Sinks.PubSub;

/// <summary>One emulator for all tests that ask for it, started by the first; a topic for each.</summary>
public sealed class SharedPubSub : IAsyncDisposable
{
    private readonly Lazy<Task<PubSubEmulator>> emulator = new(PubSubEmulator.StartAsync);
    private int topics;

    public Task<PubSubEmulator> StartedAsync() => emulator.Value;

    public async Task<string> TopicAsync()
    {
        var name = $"events-{Interlocked.Increment(ref topics)}";
        await (await StartedAsync()).CreateTopicAsync(name);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        if (emulator is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await emulator.Value).DisposeAsync();
    }
}
