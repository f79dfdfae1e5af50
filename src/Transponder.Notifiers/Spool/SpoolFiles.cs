using System.Globalization;
using System.Text;

namespace Transponder.Notifiers.Spool;

/// <summary>
/// The directory: one file for each message, whole or not there. The name gives the order and the channel's mark; whoever holds a channel's lock file
/// sends its messages, and the system opens the lock when its holder dies.
/// </summary>
internal sealed class SpoolFiles(SpoolOptions options, TimeProvider time)
{
    private const string Suffix = ".json";
    private const string Unfinished = ".tmp";
    private const string Refused = ".refused";
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    private long last;

    /// <summary>The files of all channels, oldest first.</summary>
    public IReadOnlyList<FileInfo> All()
    {
        var all = Named("*" + Suffix);
        Array.Sort(all, (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return all;
    }

    /// <summary>The files whose names are of that form.</summary>
    public FileInfo[] Named(string form)
    {
        try
        {
            return new DirectoryInfo(options.Directory).GetFiles(form);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Where a file of that name is.</summary>
    public string PathOf(string name) => Path.Combine(options.Directory, name);

    /// <summary>The files of one channel, oldest first.</summary>
    public IEnumerable<FileInfo> Of(string mark) => All().Where(file => MarkOf(file) == mark);

    /// <summary>Writes a message to disk, and only then gives it its name, which is on disk too when this returns.</summary>
    public string Write(string channel, byte[] bytes)
    {
        DirectorySync.Create(options.Directory);
        var whole = PathOf(string.Create(CultureInfo.InvariantCulture, $"{Next():D19}-{Mark(channel)}-{Guid.NewGuid():N}{Suffix}"));
        try
        {
            Write(whole, bytes, isDurable: true);
            DirectorySync.Flush(options.Directory);
            return whole;
        }
        catch
        {
            File.Delete(whole);
            throw;
        }
    }

    /// <summary>Writes a file, whole or not at all, unless there is one already.</summary>
    public void WriteOnce(string path, byte[] bytes)
    {
        DirectorySync.Create(options.Directory);
        Write(path, bytes, isDurable: false);
    }

    /// <summary>Takes a channel's lock; null while somebody else has it.</summary>
    public FileStream? TryLock(string mark)
    {
        try
        {
            return new FileStream(Path.Combine(options.Directory, $".{mark}.lock"), Private(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Says why a message is dropped to the call that has it from a caller and waits for the channel's lock.</summary>
    public void Refuse(FileInfo message, DeliveryResult why)
    {
        try
        {
            Write(RefusalOf(message.FullName), Encoding.UTF8.GetBytes($"{why.Reason}\n{why.Detail}"), isDurable: false);
        }
        catch (IOException)
        {
            // A disk without room for the reason must not keep what nobody takes.
        }
    }

    /// <summary>What became of a message that another call has removed.</summary>
    public static DeliveryResult ResultOf(string message)
    {
        try
        {
            var refusal = RefusalOf(message);
            var lines = File.ReadAllText(refusal).Split('\n', 2);
            File.Delete(refusal);
            var reason = Enum.TryParse<DeliveryReason>(lines[0], out var known) ? known : DeliveryReason.MessageRejected;
            return new DeliveryResult.Rejected(reason, lines[^1]);
        }
        catch (FileNotFoundException)
        {
            return new DeliveryResult.Delivered(Detail: "sent by another call, with what waited");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new DeliveryResult.Retry(
                DeliveryReason.Interrupted,
                "another call has taken the message, and what became of it cannot be read"
            );
        }
    }

    /// <summary>Removes what writers left that died, and reasons that nobody waits for.</summary>
    public void Tidy()
    {
        foreach (var file in Named("*" + Unfinished).Concat(Named("*" + Refused)))
            if (time.GetUtcNow() - file.LastWriteTimeUtc > LongestWrite)
                file.Delete();
    }

    /// <summary>How many bytes files have together; those that another process has sent and removed meanwhile have none.</summary>
    public static long BytesOf(IEnumerable<FileInfo> files)
    {
        var bytes = 0L;
        foreach (var file in files)
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // It went between the listing and this look.
            }
        }
        return bytes;
    }

    /// <summary>Says a channel in a file's name.</summary>
    public static string Mark(string channel) => NameDigest.Of(channel);

    /// <summary>The mark in a file's name; empty when it is none of ours.</summary>
    public static string MarkOf(FileInfo file) => file.Name.Split('-') is [_, var mark, _] ? mark : "";

    /// <summary>When the message came to be kept.</summary>
    public static DateTimeOffset Since(FileInfo file) =>
        long.TryParse(file.Name.AsSpan(0, Math.Min(19, file.Name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : DateTimeOffset.MaxValue;

    private static string RefusalOf(string message) => Path.ChangeExtension(message, Refused);

    // Two messages of one moment keep their order.
    private long Next()
    {
        while (true)
        {
            var before = Volatile.Read(ref last);
            var next = Math.Max(before + 1, time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
                return next;
        }
    }

    private void Write(string path, byte[] bytes, bool isDurable)
    {
        var unfinished = PathOf($"{Guid.NewGuid():N}{Unfinished}");
        try
        {
            using (var file = new FileStream(unfinished, Private(FileMode.CreateNew, FileShare.None)))
            {
                file.Write(bytes);
                file.Flush(isDurable);
            }
            File.Move(unfinished, path);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static FileStreamOptions Private(FileMode mode, FileShare share)
    {
        var how = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return how;
    }
}
