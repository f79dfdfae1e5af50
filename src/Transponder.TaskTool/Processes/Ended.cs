namespace Transponder.TaskTool.Processes;

/// <summary>How a process ended: with a code of its own, by a signal, or because it could not be started.</summary>
/// <param name="Code">The exit code; null when a signal ended it.</param>
/// <param name="Signal">The signal; null when it exited by itself.</param>
internal sealed record Ended(int? Code, int? Signal)
{
    /// <summary>Why the program could not be started; null when it ran.</summary>
    public string? NotStarted { get; init; }

    /// <summary>The code that a shell would report: 128 and the signal's number where a signal ended it.</summary>
    public int ShellCode => Code ?? 128 + Signal ?? 0;

    /// <summary>Reads what <c>waitpid</c> says.</summary>
    public static Ended Of(int status) =>
        (status & 0x7f) is var signal and not 0 ? new Ended(null, signal) : new Ended((status >> 8) & 0xff, null);

    /// <summary>A program that could not be started, with the codes that shells give it.</summary>
    /// <param name="error">What the system said.</param>
    public static Ended Refused(int error) =>
        error == 2
            ? new Ended(127, null) { NotStarted = "no such program" }
            : new Ended(126, null) { NotStarted = System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error) };
}
