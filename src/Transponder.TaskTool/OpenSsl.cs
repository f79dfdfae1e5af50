using System.Runtime.InteropServices;

namespace Transponder.TaskTool;

/// <summary>
/// Whether the image has OpenSSL, which the framework uses for TLS and for every hash. Without it the framework would end the process at the first
/// use, and the wrapped command with it; so whoever needs it asks here first.
/// </summary>
internal static class OpenSsl
{
    /// <summary>What a channel that cannot do without it is told.</summary>
    public const string Missing =
        "needs OpenSSL (libssl, and the certificates of authorities), which this image does not have; only http, exec and console channels do without";

    private static readonly string[] Versions = ["libssl.so.3", "libssl.so.1.1"];

    private static readonly Lazy<bool> Loaded = new(() => Array.Exists(Versions, version => NativeLibrary.TryLoad(version, out _)));

    /// <summary>Loads it, which takes a while: asked only by what needs it.</summary>
    public static bool IsThere => Loaded.Value;
}
