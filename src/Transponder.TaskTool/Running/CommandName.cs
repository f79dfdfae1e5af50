namespace Transponder.TaskTool.Running;

/// <summary>What messages call a command: its program, and the script that it runs. Never its other arguments, which may be secrets.</summary>
internal static class CommandName
{
    private const int Longest = 60;

    public static string Of(IReadOnlyList<string> command)
    {
        var program = Path.GetFileName(command[0].TrimEnd('/'));
        var script = command.Skip(1).FirstOrDefault();
        var name =
            script is { Length: > 0 } && script[0] != '-' && Path.HasExtension(script) && File.Exists(script)
                ? $"{program} {Path.GetFileName(script)}"
                : program;
        return name.Length <= Longest ? name : string.Concat(name.AsSpan(0, Longest), "…");
    }
}
