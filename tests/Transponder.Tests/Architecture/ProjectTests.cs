using System.Xml.Linq;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Architecture;

/// <summary>Which project may know which, and which packages each may take: a new line here is a decision.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["Idl"] = ([], ["Google.Protobuf", "Grpc.Tools"]),
        ["Protocol"] = ([], ["Google.Protobuf", "Grpc.Tools"]),
        ["Notifiers"] = ([], []),
        ["TaskTool"] = (["Notifiers"], ["System.CommandLine"]),
        ["Client"] = (["Idl", "Protocol"], []),
        ["Core"] = (["Idl", "Protocol", "Notifiers"], ["Microsoft.Extensions.Logging.Abstractions"]),
        ["Cloud"] = ([], ["AWSSDK.Core"]),
        ["Integrations"] = (["Core", "Cloud"], ["SQLitePCLRaw.bundle_e_sqlite3", "SQLitePCLRaw.core", "Npgsql"]),
        ["Server"] = (
            ["Client", "Integrations"],
            [
                "Microsoft.IdentityModel.JsonWebTokens",
                "Microsoft.IdentityModel.Protocols.OpenIdConnect",
                "Microsoft.IdentityModel.Tokens",
                "OpenTelemetry",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol",
                "YamlDotNet",
                "System.CommandLine",
                "Spectre.Console",
            ]
        ),
    };

    public static TheoryData<string> Projects => [.. Repository.Files("*.csproj", "src")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreAllowed(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path).Replace("Transponder.", "");
        Assert.True(Allowed.ContainsKey(name), $"{name} is not in the table of this test");
        var project = XDocument.Load(Repository.File(path));

        var references = Includes(project, "ProjectReference")
            .Select(file => Path.GetFileNameWithoutExtension(file).Replace("Transponder.", ""));
        var packages = Includes(project, "PackageReference");

        Assert.Empty(references.Except(Allowed[name].Projects));
        Assert.Empty(packages.Except(Allowed[name].Packages));
        Assert.True(
            name == "Server" || !Includes(project, "FrameworkReference").Any(),
            "only the server takes ASP.NET: the reference would flow to every consumer"
        );
    }

    [Fact]
    public void Packages_Versions_AreCentralAndExact()
    {
        var versions = XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion");

        Assert.All(versions, package => Assert.Matches(@"^\d+\.\d+\.\d+(\.\d+)?$", package.Attribute("Version")!.Value));
        Assert.DoesNotContain(
            Repository.Files("*.csproj").SelectMany(path => XDocument.Load(Repository.File(path)).Descendants("PackageReference")),
            package => package.Attribute("Version") is not null
        );
    }

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'));
}
