namespace Transponder.Cloud.Aws;

/// <summary>The shared files of AWS's tools: named profiles with their settings.</summary>
internal static class AwsProfileFile
{
    /// <summary>A profile's settings out of both files, those of the credentials file first; null when neither knows it.</summary>
    public static IReadOnlyDictionary<string, string>? Find(AwsEnvironment environment, string profile)
    {
        Dictionary<string, string>? found = null;
        Read(environment.ConfigFile, name => name == profile && profile == "default" || name == $"profile {profile}", ref found);
        Read(environment.CredentialsFile, name => name == profile, ref found);
        return found;
    }

    private static void Read(string? path, Func<string, bool> wanted, ref Dictionary<string, string>? found)
    {
        if (path is null || !File.Exists(path))
            return;
        var inside = false;
        foreach (var line in Lines(path))
        {
            var text = line.Trim();
            if (text.Length == 0 || text[0] is '#' or ';')
                continue;
            if (text[0] == '[')
            {
                inside = wanted(Name(text));
                if (inside)
                    found ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            }
            else if (inside && !char.IsWhiteSpace(line[0]) && text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                found![text[..at].TrimEnd()] = text[(at + 1)..].TrimStart();
            }
        }
    }

    private static string Name(string heading) =>
        string.Join(' ', heading.TrimStart('[').Split(']')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AwsCredentialException($"{path} cannot be read", error);
        }
    }
}
