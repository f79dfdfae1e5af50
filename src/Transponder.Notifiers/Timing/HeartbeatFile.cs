namespace Transponder.Notifiers.Timing;

/// <summary>A file that a server touches whenever someone uses it, as code-server does.</summary>
public static class HeartbeatFile
{
    /// <summary>Where code-server keeps its file.</summary>
    public static string CodeServer { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share/code-server/heartbeat");

    /// <summary>Reads when the file was last touched; null while it does not exist or cannot be read.</summary>
    /// <param name="path">The file's path; null = code-server's.</param>
    public static Func<DateTimeOffset?> At(string? path = null)
    {
        var file = path ?? CodeServer;
        return () => Read(file);
    }

    private static DateTimeOffset? Read(string file)
    {
        try
        {
            return File.Exists(file) ? new DateTimeOffset(File.GetLastWriteTimeUtc(file)) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
