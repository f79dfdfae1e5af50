using System.Diagnostics.CodeAnalysis;

namespace Transponder.Server.Wire.Tls;

/// <summary>What the TLS files hold at one moment. Compared by content, for mounted secrets change by links whose times tell nothing.</summary>
internal sealed record TlsFiles(string Certificate, string Key, string? ClientCa)
{
    private const long LargestFile = 1024 * 1024;

    public static bool TryRead(TlsOptions options, [NotNullWhen(true)] out TlsFiles? files, [NotNullWhen(false)] out TlsProblem? problem)
    {
        files = null;
        string? authorities = null;
        if (
            !TryRead("certificate", options.CertificateFile, out var certificate, out problem)
            || !TryRead("key", options.KeyFile, out var key, out problem)
            || (options.ClientCaFile is { } file && !TryRead("clientCa", file, out authorities, out problem))
        )
        {
            return false;
        }

        files = new TlsFiles(certificate, key, authorities);
        return true;
    }

    private static bool TryRead(string key, string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out TlsProblem? problem)
    {
        (text, problem) = (null, null);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
            {
                problem = new TlsProblem(key, $"{path} is too large to be a PEM file");
                return false;
            }

            text = File.ReadAllText(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var why = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist",
                UnauthorizedAccessException => "may not be read",
                _ => "cannot be read",
            };
            problem = new TlsProblem(key, $"{path} {why}");
            return false;
        }
    }
}
