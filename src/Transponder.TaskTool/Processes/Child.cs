namespace Transponder.TaskTool.Processes;

/// <summary>A program that was started.</summary>
/// <param name="reaper">Whoever waits for it.</param>
/// <param name="id">Its process id; meaningless when it could not be started.</param>
/// <param name="ended">How it ended.</param>
internal sealed class Child(Reaper reaper, int id, Task<Ended> ended)
{
    public Task<Ended> Ended { get; } = ended;

    /// <summary>Sends a signal; false when the program has ended.</summary>
    public bool Signal(int signal) => reaper.Signal(id, signal, group: false);

    /// <summary>Sends a signal to the program's own group, where it was started in one; false when the program has ended.</summary>
    public bool SignalGroup(int signal) => reaper.Signal(id, signal, group: true);
}
