namespace Transponder.TaskTool.Commands;

/// <summary>How the tool says what went wrong: one line each on the standard error.</summary>
internal static class Trouble
{
    public static void Tell(string line)
    {
        try
        {
            Console.Error.WriteLine($"transponder-task: {line}");
        }
        catch (IOException)
        {
            // Nobody listens; the exit code remains.
        }
    }
}
