using System.Security.Cryptography;
using Transponder.Server.Configuration;

namespace Transponder.Server.Reload;

/// <summary>The files that the configuration is read from, and how strictly.</summary>
/// <param name="Paths">The files, each laid over those before it.</param>
/// <param name="Strict">Warnings count as errors.</param>
internal sealed record ConfigFiles(IReadOnlyList<string> Paths, bool Strict)
{
    public ConfigResult Load() => ConfigLoader.Load(Paths);

    /// <summary>Something that differs when any file does.</summary>
    public string Stamp() => string.Join(' ', Paths.Select(StampOf));

    /// <summary>The files in which nothing stands, not even a comment: most likely their new text is still to come.</summary>
    public IReadOnlyList<string> Blank() => [.. Paths.Where(IsBlank)];

    private static bool IsBlank(string path)
    {
        try
        {
            return string.IsNullOrWhiteSpace(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string StampOf(string path)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.GetType().Name;
        }
    }
}
