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
        foreach (var folder in files.Paths.Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!).Distinct())
        {
            try
            {
                watchers.Add(Watch(folder, look));
            }
            catch (Exception error) when (error is IOException or ArgumentException)
            {
                ReloadLog.NotWatched(logger, folder, LookAnyway, error.Message);
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

    private static FileSystemWatcher Watch(string folder, Action look)
    {
        var watcher = new FileSystemWatcher(folder);
        watcher.Changed += (_, _) => look();
        watcher.Created += (_, _) => look();
        watcher.Deleted += (_, _) => look();
        watcher.Renamed += (_, _) => look();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
