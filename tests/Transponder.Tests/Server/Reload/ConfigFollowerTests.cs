using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Server.Configuration;
using Transponder.Server.Reload;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;

namespace Transponder.Tests.Server.Reload;

public sealed class ConfigFollowerTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly List<TransponderOptions> applied = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task File_Rewritten_IsApplied()
    {
        var file = folder.Write("a.yaml", "console: { url: 'http://a' }");
        await using var follower = Follow(file);

        folder.Write("a.yaml", "console: { url: 'http://b' }");

        await AppliedAsync(1);
        Assert.Equal("http://b", Applied()[0].Delivery.ConsoleUrl);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public async Task File_Emptied_IsNotApplied(string nothing)
    {
        var file = folder.Write("a.yaml", "console: { url: 'http://a' }");
        using var log = new ErrorLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        await using var follower = Follow(file, logger: loggers.CreateLogger<ConfigFollower>());

        folder.Write("a.yaml", nothing);
        follower.Reload();
        await Eventually.TrueAsync(
            () => log.Entries.Any(entry => entry.Contains(file, StringComparison.Ordinal)),
            "the empty file to be told"
        );
        Assert.Empty(Applied());
        folder.Write("a.yaml", "# nothing, and on purpose");

        await AppliedAsync(1);
        Assert.Null(Applied()[0].Delivery.ConsoleUrl);
    }

    [Fact]
    public async Task ConfigMap_LinkSwapped_IsApplied()
    {
        folder.Write("..1/a.yaml", "console: { url: 'http://a' }");
        folder.Write("..2/a.yaml", "console: { url: 'http://b' }");
        File.CreateSymbolicLink(folder.File("..data"), "..1");
        File.CreateSymbolicLink(folder.File("a.yaml"), "..data/a.yaml");
        await using var follower = Follow(folder.File("a.yaml"));

        File.CreateSymbolicLink(folder.File("..data_tmp"), "..2");
        await using var swap = ChildProcess.Start("mv", ["-T", folder.File("..data_tmp"), folder.File("..data")]);
        Assert.Equal(0, await swap.ExitAsync());

        await AppliedAsync(1);
        Assert.Equal("http://b", Applied()[0].Delivery.ConsoleUrl);
    }

    [Fact]
    public async Task Application_Failed_IsTriedAgainWhenAsked()
    {
        var file = folder.Write("a.yaml", "console: { url: 'http://a' }");
        var failing = true;
        await using var follower = Follow(
            file,
            options =>
            {
                var fails = Volatile.Read(ref failing);
                lock (applied)
                    applied.Add(options);
                return fails ? throw new IOException("not now") : Task.CompletedTask;
            }
        );

        follower.Reload();
        await AppliedAsync(1);
        Volatile.Write(ref failing, false);
        follower.Reload();

        await AppliedAsync(2);
    }

    [Theory]
    [InlineData("server: { httpPort: 1 }", "server: { httpPort: 2 }", "", "server")]
    [InlineData("Console: { URL: 'http://a' }", "# moved\n\nconsole: { url: 'http://a' }", "", "")]
    [InlineData("channels: { a: { type: webhook, url: 'https://x' } }", "recipients: { b: [ c@d.e ] }", "channels,recipients", "")]
    [InlineData("propeller: { rawoutput-prefix: a }", "propeller: { rawoutput-prefix: b }", "", "")]
    public void Change_BetweenTwoConfigurations_IsToldBySection(string before, string after, string applied, string needRestart)
    {
        var change = ConfigChange.Between(ConfigLoader.Parse("a", before), ConfigLoader.Parse("b", after));

        Assert.Equal(applied, string.Join(',', change.Applied));
        Assert.Equal(needRestart, string.Join(',', change.NeedRestart));
    }

    private ConfigFollower Follow(string file, Func<TransponderOptions, Task>? apply = null, ILogger<ConfigFollower>? logger = null) =>
        new(new ConfigFiles([file], Strict: false), apply ?? Apply, TimeProvider.System, logger ?? NullLogger<ConfigFollower>.Instance);

    private Task Apply(TransponderOptions options)
    {
        lock (applied)
            applied.Add(options);
        return Task.CompletedTask;
    }

    private List<TransponderOptions> Applied()
    {
        lock (applied)
            return [.. applied];
    }

    private Task AppliedAsync(int count) => Eventually.TrueAsync(() => Applied().Count >= count, $"{count} configurations applied");
}
