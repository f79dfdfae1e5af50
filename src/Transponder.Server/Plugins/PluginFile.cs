using System.Collections.Concurrent;
using System.Reflection;
using Transponder.Notifiers;
using Transponder.Notifiers.Plugins;

namespace Transponder.Server.Plugins;

/// <summary>A plugin's assembly, loaded once for as long as the process lives: a replaced file takes effect after a restart.</summary>
/// <param name="Plugins">What it can make; empty when there is a problem.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
internal sealed record PluginFile(IReadOnlyList<NotifierPlugin> Plugins, string? Problem)
{
    private static readonly ConcurrentDictionary<string, Lazy<PluginFile>> Loaded = new(StringComparer.Ordinal);

    /// <summary>What plugins share with the server.</summary>
    public static AssemblyName Shared { get; } = typeof(Notifier).Assembly.GetName();

    public static PluginFile Load(string path)
    {
        if (!File.Exists(path))
            return Broken("there is no such file");
        if (OpenTo(path) is { } open)
            return Broken(open);
        return Loaded.GetOrAdd(path, file => new Lazy<PluginFile>(() => Read(file))).Value;
    }

    // Whoever can write the file is the server.
    private static string? OpenTo(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        foreach (var place in new[] { path, Path.GetDirectoryName(path)! })
        {
            if ((File.GetUnixFileMode(place) & UnixFileMode.OtherWrite) != 0)
                return $"everybody may write {place}, and what is there would run with the server's rights";
        }
        return null;
    }

    private static PluginFile Read(string path)
    {
        try
        {
            var assembly = new PluginLoadContext(path).LoadFromAssemblyPath(path);
            var wanted = assembly.GetReferencedAssemblies().FirstOrDefault(name => name.Name == Shared.Name)?.Version;
            if (wanted is null)
                return Broken("there is no notifier in it: it does not use Transponder.Notifiers");
            if (wanted.Major != Shared.Version!.Major || wanted > Shared.Version)
                return Broken($"it was built for Transponder.Notifiers {wanted.ToString(3)}, and this is {Shared.Version.ToString(3)}");
            var types = assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(NotifierPlugin))).ToList();
            return types.Count == 0
                ? Broken("there is no notifier in it: no public class derives from NotifierPlugin")
                : new PluginFile([.. types.Select(type => (NotifierPlugin)Activator.CreateInstance(type)!)], null);
        }
        catch (BadImageFormatException)
        {
            return Broken("it is no .NET assembly, or one for another machine");
        }
        catch (MissingMethodException)
        {
            return Broken("a notifier in it has no public constructor without parameters");
        }
        catch (TargetInvocationException error)
        {
            return Broken($"the constructor of a notifier in it failed: {Describe(error.InnerException!)}");
        }
        catch (Exception error) when (error is IOException or TypeLoadException or UnauthorizedAccessException)
        {
            return Broken($"it cannot be loaded: {Describe(error)}");
        }
    }

    private static string Describe(Exception error) => $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";

    private static PluginFile Broken(string problem) => new([], problem);
}
