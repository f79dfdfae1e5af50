using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Transponder.Notifiers.Spool;

/// <summary>
/// Makes the names in a directory survive a loss of power, as a file's sync does for what is in it. The framework opens no directories; on Windows, whose file
/// system keeps a journal of names, there is nothing to do.
/// </summary>
internal static partial class DirectorySync
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Makes a directory, private to its user, with those above it that are not there, and their names last.</summary>
    public static void Create(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (Path.GetDirectoryName(Path.GetFullPath(directory)) is not { } above)
            return;
        Create(above);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Flush(above);
    }

    /// <summary>Waits until the names in a directory are on disk.</summary>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = Open(directory, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (handle.IsInvalid)
            throw new IOException($"the directory cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
