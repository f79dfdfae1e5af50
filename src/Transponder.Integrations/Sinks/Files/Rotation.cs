namespace Transponder.Integrations.Sinks.Files;

/// <summary>Renames a full file to <c>.1</c>, the one before it to <c>.2</c>, and so on; the oldest is deleted.</summary>
internal static class Rotation
{
    /// <summary>Rotates when the file would grow beyond its limit.</summary>
    /// <param name="options">The file and its limits.</param>
    /// <param name="coming">How many bytes are about to be written.</param>
    public static void MakeRoom(FileSinkOptions options, int coming)
    {
        var current = new FileInfo(options.Path);
        if (options.MaxBytes <= 0 || !current.Exists || current.Length == 0 || current.Length + coming <= options.MaxBytes)
            return;

        if (options.MaxFiles <= 0)
        {
            current.Delete();
            return;
        }

        for (var number = options.MaxFiles - 1; number > 0; number--)
        {
            if (File.Exists(Numbered(options.Path, number)))
                File.Move(Numbered(options.Path, number), Numbered(options.Path, number + 1), overwrite: true);
        }
        current.MoveTo(Numbered(options.Path, 1), overwrite: true);
    }

    private static string Numbered(string path, int number) => string.Create(null, $"{path}.{number}");
}
