namespace Transponder.TaskTool.Sending;

/// <summary>Reads a message's text from the standard input, up to a limit that no channel takes.</summary>
internal static class MessageInput
{
    private const int Most = 256 * 1024;

    public static string Read()
    {
        using var reader = new StreamReader(Console.OpenStandardInput());
        var buffer = new char[Most];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }
}
