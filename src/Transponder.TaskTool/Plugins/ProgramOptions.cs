namespace Transponder.TaskTool.Plugins;

/// <summary>A program that sends messages.</summary>
/// <param name="Program">Its path, or its name on the PATH.</param>
/// <param name="Arguments">What it is started with.</param>
/// <param name="Timeout">The longest that it may take for one message.</param>
internal sealed record ProgramOptions(string Program, IReadOnlyList<string> Arguments, TimeSpan Timeout)
{
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);
}
