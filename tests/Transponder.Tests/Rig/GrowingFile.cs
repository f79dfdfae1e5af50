namespace Transponder.Tests.Rig;

/// <summary>A file that another thread or process appends lines to while a test reads it.</summary>
public static class GrowingFile
{
    /// <summary>The lines that are whole by now; what follows the last line end is still being written.</summary>
    public static string[] Lines(string path)
    {
        if (!File.Exists(path))
            return [];
        var text = File.ReadAllText(path);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
