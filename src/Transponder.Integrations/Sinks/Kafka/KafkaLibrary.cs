using System.Reflection;
using System.Runtime.InteropServices;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>librdkafka on this machine: looked for once, at the first question. That it is missing is an answer, not an exception.</summary>
public static class KafkaLibrary
{
    private const int Oldest = 0x01060000;

    private static readonly Lazy<(string Version, string? Problem)> Found = new(Look);

    private static readonly string[] Names =
        OperatingSystem.IsWindows() ? ["librdkafka.dll", "rdkafka.dll"]
        : OperatingSystem.IsMacOS() ? ["librdkafka.1.dylib", "/opt/homebrew/lib/librdkafka.1.dylib", "/usr/local/lib/librdkafka.1.dylib"]
        : ["librdkafka.so.1"];

    /// <summary>Why no sink of type kafka can send, and what to install; null when all is well.</summary>
    public static string? Problem => Found.Value.Problem;

    /// <summary>The library's version; empty when there is none.</summary>
    public static string Version => Found.Value.Version;

    private static (string, string?) Look()
    {
        NativeLibrary.SetDllImportResolver(typeof(KafkaLibrary).Assembly, Resolve);
        try
        {
            var version = Marshal.PtrToStringUTF8(LibRdKafka.VersionText()) ?? "";
            return LibRdKafka.Version() >= Oldest
                ? (version, null)
                : (version, $"librdkafka {version} is too old for the sink kafka; install 1.6 or later");
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return ("", $"{Names[0]}, which the sink kafka needs, is not installed: {Advice}");
        }
    }

    private static string Advice =>
        OperatingSystem.IsMacOS() ? "brew install librdkafka"
        : OperatingSystem.IsWindows() ? "put librdkafka.dll beside the program"
        : "install the package librdkafka1 (Debian, Ubuntu: apt-get install librdkafka1; Fedora, Alpine: librdkafka)";

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != LibRdKafka.Name)
            return 0;
        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, paths, out var library))
                return library;
        }

        return 0;
    }
}
