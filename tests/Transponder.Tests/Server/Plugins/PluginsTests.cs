using Transponder.Server.Configuration;
using Transponder.Server.Plugins;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Plugins;

public sealed class PluginsTests : IDisposable
{
    private const string Sample = "plugin-notifier";

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Where the build puts the sample.</summary>
    internal static string SampleDirectory =>
        Path.GetFullPath(
            Path.Combine(
                AppContext.BaseDirectory,
                "..",
                "..",
                Sample,
                Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))
            )
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_Sample_AddsItsType(bool inADirectoryOfItsOwn)
    {
        var place = inADirectoryOfItsOwn ? Directory.CreateDirectory(_folder.File(Sample)).FullName : _folder.Path;
        File.Copy(Path.Combine(SampleDirectory, Sample + ".dll"), Path.Combine(place, Sample + ".dll"));

        var result = Load($"directory: {_folder.Path}", "{ type: ntfy, options: { url: 'https://ntfy.example.com', topic: t } }");

        Assert.Empty(result.Problems);
        Assert.Equal("ntfy", Assert.IsType<PluginChannelOptions>(result.Options.Channels["c"]).Plugin.Type);
    }

    [Fact]
    public void Load_NothingConfigured_LoadsNothing()
    {
        var problem = Assert.Single(ConfigLoader.Parse("c.yaml", "channels: { c: { type: ntfy } }\n").Problems);

        Assert.Equal("channels.c.type", problem.Key);
        Assert.DoesNotContain("ntfy,", problem.Text);
    }

    [Theory]
    [InlineData("absent.dll", "there is no such file")]
    [InlineData("text.dll", "no .NET assembly")]
    [InlineData("../elsewhere.dll", "outside of the directory")]
    public void Load_WhatIsNoPlugin_SaysWhy(string assembly, string problem)
    {
        _folder.Write("text.dll", "not an assembly");

        AssertProblem($"directory: {_folder.Path}, assemblies: [ {assembly} ]", "plugins.assemblies", problem);
    }

    [Theory]
    [InlineData("Transponder.Protocol.dll", "it does not use Transponder.Notifiers")]
    [InlineData("Transponder.Core.dll", "no public class derives from NotifierPlugin")]
    public void Load_AssemblyWithoutNotifier_SaysWhy(string assembly, string problem) =>
        AssertProblem($"directory: {AppContext.BaseDirectory}, assemblies: [ {assembly} ]", "plugins.assemblies", problem);

    [Fact]
    public void Load_EmptyOrNoDirectory_SaysWhy()
    {
        AssertProblem($"directory: {_folder.Path}", "plugins.directory", "there is no plugin");
        AssertProblem("directory: /absent", "plugins.directory", "there is no directory");
        AssertProblem("assemblies: [ a.dll ]", "plugins.directory", "is missing");
    }

    [Fact]
    public void Load_FileThatEverybodyMayWrite_IsRefused()
    {
        var file = _folder.Write("open.dll", "x");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherWrite);

        AssertProblem($"directory: {_folder.Path}", "plugins.directory", "everybody may write");
    }

    [Fact]
    public void Load_ConstructorThatFails_IsNamed()
    {
        var result = Load($"directory: {AppContext.BaseDirectory}, assemblies: [ Transponder.Tests.dll ]", "{ type: console }");

        var problem = Assert.Single(result.Problems);
        Assert.Equal("plugins.assemblies", problem.Key);
        Assert.Contains("InvalidOperationException: it is broken", problem.Text);
    }

    [Theory]
    [InlineData("slack", "is built in")]
    [InlineData("mine", "is another plugin's already")]
    [InlineData("Not A Name", "is not a name")]
    public void Register_NameThatIsTaken_IsAnError(string type, string problem)
    {
        var result = ConfigLoader.Parse("c.yaml", "", new RegisteredPlugin("mine"), new RegisteredPlugin(type));

        Assert.Contains(problem, Assert.Single(result.Problems).Text);
    }

    [Theory]
    [InlineData("token: { file: SECRET }", null, false)]
    [InlineData("token: { file: SECRET }, mood: good", null, false)]
    [InlineData("mood: good", "channels.c.options.token", true)]
    [InlineData("token: in-the-open", "channels.c.options.token", true)]
    [InlineData("token: { file: SECRET }, mood: bad", "channels.c.options.mood", true)]
    [InlineData("token: { file: SECRET }, mood: { file: SECRET }", "channels.c.options.mood", true)]
    [InlineData("token: { file: SECRET }, defect: x", "channels.c.options", true)]
    [InlineData("token: { file: SECRET }, moood: good", "channels.c.options.moood", false)]
    [InlineData("token: { file: /absent }", "channels.c.options.token", false)]
    public void Read_Options_AreCheckedByThePlugin(string options, string? key, bool isError)
    {
        var yaml = $"channels: {{ c: {{ type: mine, options: {{ {options.Replace("SECRET", _folder.Write("secret", "x"))} }} }} }}\n";

        var result = ConfigLoader.Parse("c.yaml", yaml, new RegisteredPlugin("mine"));

        Assert.Equal(key is null ? [] : [(key, isError)], result.Problems.Select(problem => (problem.Key, problem.IsError)));
        Assert.All(result.Problems, problem => Assert.DoesNotContain("in-the-open", problem.Text));
        Assert.All(result.Problems, problem => Assert.DoesNotContain("with a secret", problem.Text));
    }

    private static void AssertProblem(string plugins, string key, string text)
    {
        var problem = Assert.Single(Load(plugins, "{ type: console }").Problems);
        Assert.Equal((true, key), (problem.IsError, problem.Key));
        Assert.Contains(text, problem.Text);
    }

    private static ConfigResult Load(string plugins, string channel) =>
        ConfigLoader.Parse("c.yaml", $"plugins: {{ {plugins} }}\nchannels: {{ c: {channel} }}\n");
}
