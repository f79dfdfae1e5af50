using System.IO.Compression;
using System.Xml.Linq;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Architecture;

/// <summary>What is packed installs elsewhere: a project of strangers builds and runs with the packages alone, and without any registry.</summary>
[Trait("needs", "servers")]
public sealed class PackageTests
{
    private static readonly string[] Packages = ["Transponder.Idl", "Transponder.Protocol", "Transponder.Client", "Transponder.Notifiers"];

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Transponder.Client" Version="VERSION" />
            <PackageReference Include="Transponder.Notifiers" Version="VERSION" />
          </ItemGroup>
        </Project>
        """;

    // Environment.GetEnvironmentVariable is banned here, and must not be there: analyzers of this repository stay in it.
    private const string Program = """
        using Transponder.Client.LaunchPlans;
        using Transponder.Notifiers;
        using static Transponder.Client.Executions.ExecutionPhase;

        var workflow = new WorkflowReference("flytesnacks", "development", "my_workflow", "v1");
        var plan = LaunchPlan.Create(
            "my_notifying_lp",
            workflow,
            defaultInputs: new() { ["a"] = 4 },
            notifications: [new EmailNotification([Succeeded], ["admin@example.com"])]
        );
        Console.WriteLine($"{plan.Spec.CalculateSize()} bytes, {typeof(Notifier).Name} {Environment.GetEnvironmentVariable("SCRATCH")}");
        """;

    [Fact]
    public async Task Packages_FromALocalFeed_BuildAndRunAlone()
    {
        using var folder = new TempDirectory();
        var feed = folder.File("feed");
        await DotnetAsync(Repository.Root, ["pack", "--no-build", "--configuration", Configuration, "--output", feed]);
        Assert.Equal(Packages.Length, Directory.GetFiles(feed, "*.nupkg").Length);

        var version = Assert.Single(Packages.Select(package => Described(feed, package)).Distinct());
        folder.Write("scratch/scratch.csproj", Project.Replace("VERSION", version, StringComparison.Ordinal));
        folder.Write("scratch/Program.cs", Program);
        folder.Write(
            "scratch/NuGet.config",
            """<configuration><packageSources><clear /><add key="local" value="../feed" /></packageSources></configuration>"""
        );
        var scratch = folder.File("scratch");
        // What the packages need of others was restored with this repository.
        var others = (await DotnetAsync(scratch, ["nuget", "locals", "global-packages", "--list"])).Split(": ", 2)[1].Trim();
        await DotnetAsync(
            scratch,
            ["build", "-nodeReuse:false", $"-p:RestorePackagesPath={folder.File("packages")}", $"-p:RestoreFallbackFolders={others}"]
        );
        var said = await DotnetAsync(scratch, ["bin/Debug/net10.0/scratch.dll"]);

        Assert.Matches("^[0-9]+ bytes, Notifier here$", said.Trim());
        Assert.Equal(
            Packages.Select(package => package.ToLowerInvariant()).Order(StringComparer.Ordinal),
            Directory.GetDirectories(folder.File("packages")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Looks into a package, and answers its version.</summary>
    private static string Described(string feed, string package)
    {
        var file = Directory.GetFiles(feed, $"{package}.*.nupkg").Single();
        using var archive = ZipFile.OpenRead(file);
        using var manifest = archive.GetEntry($"{package}.nuspec")!.Open();
        var said = XDocument.Load(manifest).Descendants().ToLookup(element => element.Name.LocalName, element => element);
        var needs = said["dependency"].Select(one => one.Attribute("id")!.Value);

        Assert.Equal("Apache-2.0", said["license"].Single().Value);
        Assert.Equal("README.md", said["readme"].Single().Value);
        Assert.NotEmpty(said["description"].Single().Value);
        Assert.Empty(said["repository"].Attributes("url"));
        Assert.Contains("README.md", archive.Entries.Select(entry => entry.FullName));
        Assert.True(package == "Transponder.Idl" || archive.GetEntry($"lib/net10.0/{package}.xml") is not null, "no documentation");
        Assert.True(File.Exists(Path.ChangeExtension(file, ".snupkg")), "no symbols");
        Assert.Equal(
            package switch
            {
                "Transponder.Notifiers" => [],
                "Transponder.Client" => ["Google.Protobuf", "Transponder.Idl", "Transponder.Protocol"],
                _ => ["Google.Protobuf"],
            },
            needs.Order(StringComparer.Ordinal)
        );
        return said["version"].Single().Value;
    }

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static async Task<string> DotnetAsync(string where, IEnumerable<string> arguments)
    {
        var environment = new Dictionary<string, string?>
        {
            ["SCRATCH"] = "here",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        };
        await using var dotnet = ChildProcess.Start(
            Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet"
                ? path
                : Executable.Require("dotnet", "dotnet-sdk-10.0"),
            arguments,
            environment: environment,
            workingDirectory: where
        );
        Assert.True(await dotnet.ExitAsync(TimeSpan.FromMinutes(5)) == 0, dotnet.Output);
        return dotnet.Output;
    }
}
