namespace Transponder.Server.Reload;

/// <summary>
/// Calls when something changes in the folders of the configuration's files. The folders are watched, not the files: editors and Kubernetes replace
/// a file, or the link that leads to it. A call means only that it is worth looking.
/// </summary>
internal sealed class ConfigWatcher : IDisposable
{
    // Where nothing tells of changes: network file systems, links that lead elsewhere, a used-up limit of watches.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);

    private readonly List<FileSystemWatcher> watchers = [];
    private readonly ITimer timer;

    public ConfigWatcher(ConfigFiles files, Action look, TimeProvider time, ILogger logger)
    {
        foreach (var folder in files.Paths.Select(Path.GetFullPath).ToLookup(path => Path.GetDirectoryName(path)!))
        {
            try
            {
                watchers.Add(Watch(folder.Key, [.. folder.Select(path => Path.GetFileName(path))], look));
            }
            catch (Exception error) when (error is IOException or ArgumentException)
            {
                ReloadLog.NotWatched(logger, folder.Key, LookAnyway, error.Message);
            }
        }
        timer = time.CreateTimer(_ => look(), null, LookAnyway, LookAnyway);
    }

    public void Dispose()
    {
        timer.Dispose();
        foreach (var watcher in watchers)
            watcher.Dispose();
    }

    // A folder may have files that change all the time, such as a database.
    private static FileSystemWatcher Watch(string folder, HashSet<string> names, Action look)
    {
        var watcher = new FileSystemWatcher(folder);
        watcher.Changed += (_, change) =>
        {
            if (change.Name is null || names.Contains(change.Name))
                look();
        };
        watcher.Created += (_, _) => look();
        watcher.Deleted += (_, _) => look();
        watcher.Renamed += (_, _) => look();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
