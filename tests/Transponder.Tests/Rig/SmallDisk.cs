using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>A file system of a few megabytes in memory, for what happens when a disk is full. Needs root; skips without.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempDirectory folder;

    private SmallDisk(TempDirectory folder) => this.folder = folder;

    public string Path => folder.Path;

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var folder = new TempDirectory();
        string[] arguments = ["-t", "tmpfs", "-o", $"size={megabytes}m", "transponder-test", folder.Path];
        await using var mount = ChildProcess.Start(Executable.Require("mount", "mount"), arguments);
        if (await mount.ExitAsync() == 0)
            return new SmallDisk(folder);
        folder.Dispose();
        Assert.Skip($"no file system can be mounted here: {mount.Output}");
        throw new InvalidOperationException("skipped");
    }

    public async ValueTask DisposeAsync()
    {
        // Lazily: whoever still has a file open there holds nobody up.
        await using (var unmount = ChildProcess.Start("umount", ["--lazy", folder.Path]))
            await unmount.ExitAsync();
        folder.Dispose();
    }
}
