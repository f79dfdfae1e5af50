namespace Transponder.TaskTool.Commands;

/// <summary>The tool's own exit codes; those of a wrapped command are the command's.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}
