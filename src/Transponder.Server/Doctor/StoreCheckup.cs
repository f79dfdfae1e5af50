using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;

namespace Transponder.Server.Doctor;

/// <summary>Looks at an open store: reachable, migrated, durable, on time, with room on its disk.</summary>
internal sealed class StoreCheckup(IStore store, object options, TimeProvider time)
{
    private const long ScarceBytes = 1L << 30;
    private const long LackingBytes = 100L << 20;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var begin = time.GetTimestamp();
        try
        {
            await store.CheckAsync(cancellationToken);
            var took = time.GetElapsedTime(begin);
            findings.Add(
                took < Slow
                    ? Finding.Ok("store", "", $"{store.Description}: migrated, a durable write took {took.TotalMilliseconds:0} ms")
                    : Finding.Warn(
                        "store",
                        "",
                        $"{store.Description}: a durable write took {took.TotalMilliseconds:0} ms",
                        "look at the load of its disk: every event waits for such a write"
                    )
            );
            findings.Add(await ClockAsync(cancellationToken));
        }
        catch (StoreException error)
        {
            findings.Add(
                Finding.Fail("store", "", $"{store.Description}: {error.Message}", "see that the database runs, then: transponder migrate")
            );
        }

        if (options is SqliteOptions sqlite && Disk(sqlite.File) is { } disk)
            findings.Add(disk);
        return findings;
    }

    /// <summary>The room on the disk of a file, which need not exist; null when nothing can be said.</summary>
    public static Finding? Disk(string file)
    {
        try
        {
            var folder = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(file))!);
            while (!folder.Exists && folder.Parent is { } parent)
                folder = parent;
            var free = new DriveInfo(folder.FullName).AvailableFreeSpace;
            var text = $"{free / 1e9:0.0} GB free on the disk of {file}";
            return free switch
            {
                < LackingBytes => Finding.Fail("store", "disk", text, "make room: a full disk refuses events"),
                < ScarceBytes => Finding.Warn("store", "disk", text, "make room before it is full: a full disk refuses events"),
                _ => Finding.Ok("store", "disk", text),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private async Task<Finding> ClockAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        var there = await store.ReadClockAsync(cancellationToken);
        var after = time.GetUtcNow();
        var skew =
            there < before ? before - there
            : there > after ? there - after
            : TimeSpan.Zero;
        return skew <= Skew
            ? Finding.Ok("clock", "store", $"within {Math.Max(1, (after - before + skew).TotalMilliseconds):0} ms of the store's")
            : Finding.Warn(
                "clock",
                "store",
                $"{skew.TotalSeconds:0.0} s {(there < before ? "ahead of" : "behind")} the store's",
                "synchronise the clocks (NTP): leases and retries are measured by them"
            );
    }
}
