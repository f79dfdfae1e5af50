using System.Threading.Channels;
using Transponder.Server.Configuration;

namespace Transponder.Server.Reload;

/// <summary>
/// Keeps the running server at its files: reads them again when they change or when it is asked to, and applies what is right as a whole. With a
/// mistake nothing changes, and the log and the metrics say so.
/// </summary>
internal sealed class ConfigFollower : IAsyncDisposable
{
    // A file is often written in several steps.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(250);

    private readonly ConfigFiles files;
    private readonly Func<TransponderOptions, Task> apply;
    private readonly TimeProvider time;
    private readonly ILogger<ConfigFollower> logger;
    private readonly ReloadMetrics metrics;
    private readonly ConfigWatcher watcher;
    private readonly Channel<bool> requests = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    private readonly CancellationTokenSource ending = new();
    private readonly Task running;
    private ConfigResult current;
    private string stamp;
    private IReadOnlyList<string> blank;
    private volatile bool asked;

    public ConfigFollower(ConfigFiles files, Func<TransponderOptions, Task> apply, TimeProvider time, ILogger<ConfigFollower> logger)
    {
        (this.files, this.apply, this.time, this.logger) = (files, apply, time, logger);
        stamp = files.Stamp();
        current = files.Load();
        blank = files.Blank();
        metrics = new ReloadMetrics(time);
        watcher = new ConfigWatcher(files, Look, time, logger);
        running = Task.Run(RunAsync);
    }

    /// <summary>Reads the files again, changed or not.</summary>
    public void Reload()
    {
        asked = true;
        Look();
    }

    public async ValueTask DisposeAsync()
    {
        watcher.Dispose();
        await ending.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        metrics.Dispose();
        ending.Dispose();
    }

    private void Look() => requests.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        await foreach (var _ in requests.Reader.ReadAllAsync(ending.Token))
        {
            var now = files.Stamp();
            if (now == stamp && !asked)
                continue;
            if (!asked)
                await Task.Delay(Settling, time, ending.Token);
            asked = false;
            metrics.Ended(await TryReloadAsync());
        }
    }

    private async Task<bool> TryReloadAsync()
    {
        try
        {
            return await ReloadAsync();
        }
        catch (Exception error) when (!ending.IsCancellationRequested)
        {
            // Whatever a configuration brings about, the server outlives it.
            ReloadLog.Failed(logger, error);
            return false;
        }
    }

    private async Task<bool> ReloadAsync()
    {
        var (loaded, blankNow) = await ReadAsync();
        if (blankNow.Except(blank).ToList() is { Count: > 0 } emptied)
        {
            ReloadLog.Emptied(logger, string.Join(", ", emptied));
            return false;
        }

        if (!loaded.IsValid(files.Strict))
        {
            var mistakes = loaded.Problems.Where(problem => problem.IsError || files.Strict).ToList();
            ReloadLog.Refused(logger, mistakes.Count);
            foreach (var problem in mistakes)
                ReloadLog.Mistake(logger, problem);
            return false;
        }

        await apply(loaded.Options);
        var change = ConfigChange.Between(current, loaded);
        foreach (var problem in loaded.Problems)
            ReloadLog.Warning(logger, problem);
        ReloadLog.Applied(logger, change.Applied.Count == 0 ? "nothing" : string.Join(", ", change.Applied));
        if (change.NeedRestart.Count > 0)
            ReloadLog.NeedsRestart(logger, string.Join(", ", change.NeedRestart));
        blank = blankNow;
        current = loaded with { Sections = change.NeedRestart.Aggregate(loaded.Sections, KeepFormer) };
        return true;
    }

    // What is written while it is read is read again.
    private async Task<(ConfigResult Loaded, IReadOnlyList<string> Blank)> ReadAsync()
    {
        while (true)
        {
            stamp = files.Stamp();
            var read = (files.Load(), files.Blank());
            if (files.Stamp() == stamp)
                return read;
            await Task.Delay(Settling, time, ending.Token);
        }
    }

    // What has not taken effect is reported again with the next reload.
    private IReadOnlyDictionary<string, string> KeepFormer(IReadOnlyDictionary<string, string> sections, string section)
    {
        var kept = new Dictionary<string, string>(sections, StringComparer.OrdinalIgnoreCase);
        kept.Remove(section);
        if (current.Sections.TryGetValue(section, out var former))
            kept[section] = former;
        return kept;
    }
}
