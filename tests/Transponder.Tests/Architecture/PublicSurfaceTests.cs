using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Transponder.Client;
using Transponder.Notifiers;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Architecture;

/// <summary>
/// What others build upon changes only on purpose: each public package's surface is that of its approved file, which <c>./transponder docs</c> writes anew.
/// </summary>
public sealed class PublicSurfaceTests
{
    private const string Renewal = "TRANSPONDER_APPROVE_SURFACE";

    public static TheoryData<string> Packages =>
        [.. new[] { typeof(AdminClient), typeof(Notifier), typeof(GrpcChannel) }.Select(type => type.Assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Surface_IsTheApprovedOne(string package)
    {
        var file = Repository.TestFile($"Architecture/PublicSurface/{package}.txt");
        var surface = PublicSurface.Of(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable(Renewal) is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, surface);
        }

        var approved = File.Exists(file) ? File.ReadAllText(file) : "";

        Assert.True(
            approved == surface,
            $"The public surface of {package} has changed. When that is meant, run ./transponder docs and commit the file:\n{Difference(approved, surface)}"
        );
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Types_AreDocumented(string package)
    {
        var assembly = Assembly.Load(package);
        var said = XDocument
            .Load(Path.ChangeExtension(assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => member.HasElements)
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet(StringComparer.Ordinal);

        var silent =
            from type in assembly.GetExportedTypes()
            where type.Namespace!.StartsWith("Transponder.", StringComparison.Ordinal)
            let name = $"T:{type.FullName!.Replace('+', '.')}"
            where !said.Contains(name)
            select name;

        Assert.Empty(silent);
    }

    /// <summary>The lines that went and came, each under the type that it belongs to.</summary>
    private static string Difference(string approved, string surface)
    {
        var (before, after) = (Members(approved), Members(surface));
        var text = new StringBuilder();
        foreach (var type in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(type, []), after.GetValueOrDefault(type, []));
            if (before.ContainsKey(type) && after.ContainsKey(type) && old.SequenceEqual(now))
                continue;
            text.AppendLine(
                before.ContainsKey(type)
                    ? after.ContainsKey(type)
                        ? $"  {type}"
                        : $"- {type}"
                    : $"+ {type}"
            );
            foreach (var line in old.Except(now))
                text.AppendLine($"- {line}");
            foreach (var line in now.Except(old))
                text.AppendLine($"+ {line}");
        }
        return text.ToString();
    }

    private static Dictionary<string, string[]> Members(string surface) =>
        surface
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(block => block.TrimEnd('\n').Split('\n'))
            .ToDictionary(lines => lines[0], lines => lines[1..]);
}
