using System.Text;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The published tool is one small file that needs no .NET, no ICU and no environment: an image has only to carry it.</summary>
[Trait("needs", "servers")]
public sealed class TaskToolIsOneFile : IDisposable
{
    private const long Largest = 30_000_000;

    private readonly TaskToolFile _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void File_IsAloneAndSmall()
    {
        Assert.Equal(["transponder-task"], Directory.EnumerateFiles(Path.GetDirectoryName(TaskToolFile.Path)!).Select(Path.GetFileName));
        Assert.InRange(new FileInfo(TaskToolFile.Path).Length, 1_000_000, Largest);
    }

    [Fact]
    public async Task File_InAnEmptyEnvironment_Works()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var process = _tool.Shell(
            $"exec env -i \"$T\" run --deadline 60s --to webhook+{receiver.Url} --no-spool -- /bin/false"
        );

        Assert.Equal(1, await process.ExitAsync());
        Assert.Equal("", process.Output);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task File_InABareRoot_Works()
    {
        await using var probe = _tool.Shell("mkdir probe && unshare --mount mount -t proc proc probe");
        Assert.SkipWhen(await probe.ExitAsync() != 0, "this machine does not let tests make a root of their own");
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var process = _tool.Shell(
            $$"""
            set -e
            mkdir -p bare/tmp bare/proc bare/dev
            for file in "$T" /bin/false $(ldd "$T" /bin/false | grep -o '/[^ :]*' | sort -u); do
                case $file in *transponder-task) cp "$file" bare/; continue;; esac
                mkdir -p "bare$(dirname "$file")"
                cp -L "$file" "bare$file"
            done
            find bare -type f | wc -l > files
            exec unshare --mount sh -c 'mount -t proc proc bare/proc && mount --bind /dev bare/dev && exec chroot bare /transponder-task run --deadline 60s --to webhook+{{receiver.Url}} -- /bin/false'
            """
        );

        Assert.Equal(1, await process.ExitAsync());
        Assert.Equal("false has failed with exit code 1", Assert.Single(receiver.Received).Json.GetProperty("title").GetString());
        Assert.InRange(int.Parse(Encoding.UTF8.GetString(_tool.Bytes("files"))), 2, 14);
    }

    [Fact]
    public async Task Version_IsTold() => Assert.Matches(@"^\d+\.\d+\.\d+", (await _tool.RunAsync(["--version"])).Output);
}
