using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>AWS in memory, on loopback: moto. It takes any credentials unless it is told to check them.</summary>
public sealed class MotoServer : IAsyncDisposable
{
    private const string Running = "Running on http://";

    private readonly ChildProcess process;
    private readonly HttpClient client = new(new SocketsHttpHandler());

    private MotoServer(ChildProcess process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="uncheckedCalls">After how many calls signatures and permissions count; null = never.</param>
    public static async Task<MotoServer> StartAsync(int? uncheckedCalls = null)
    {
        var process = ChildProcess.Start(
            Executable.Require("moto_server", "moto, from PyPI"),
            ["-H", "127.0.0.1", "-p", "0"],
            environment: uncheckedCalls is { } count
                ? new Dictionary<string, string?> { ["INITIAL_NO_AUTH_ACTION_COUNT"] = $"{count}" }
                : null
        );
        try
        {
            var line = await process.LineAsync(Running, TimeSpan.FromMinutes(2));
            return new MotoServer(
                process,
                new Uri(line[(line.IndexOf(Running, StringComparison.Ordinal) + Running.Length - "http://".Length)..])
            );
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task CreateBucketAsync(string name)
    {
        using var response = await client.PutAsync(new Uri(Address, name), null, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
    }
}
