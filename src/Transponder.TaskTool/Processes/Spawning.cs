using System.Runtime.InteropServices;

namespace Transponder.TaskTool.Processes;

/// <summary>
/// How a program is started: with this process's environment as it was given, default signals and no terminal tricks, which is why the framework's
/// own way is not taken.
/// </summary>
/// <param name="arguments">The program, looked for on the PATH, and its arguments, as bytes.</param>
internal sealed unsafe class Spawning(IReadOnlyList<byte[]> arguments)
{
    /// <summary>What each of the first three descriptors is instead of this process's own.</summary>
    public IReadOnlyList<(int From, int To)> Descriptors { get; init; } = [];

    /// <summary>Whether the program leads a process group of its own.</summary>
    public bool InOwnGroup { get; init; }

    /// <summary>Starts it; the system's error number, 0 when there is none.</summary>
    public int Run(out int process)
    {
        var memory = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 1, (nuint)sizeof(byte*));
        var actions = NativeMemory.AllocZeroed(Libc.OpaqueSize);
        var attributes = NativeMemory.AllocZeroed(Libc.OpaqueSize);
        var signals = NativeMemory.AllocZeroed(Libc.OpaqueSize);
        try
        {
            for (var i = 0; i < arguments.Count; i++)
                memory[i] = Copy(arguments[i]);
            _ = Libc.InitActions(actions);
            foreach (var (from, to) in Descriptors)
                _ = Libc.AddDuplicate(actions, from, to);
            _ = Libc.InitAttributes(attributes);
            var flags = Libc.SpawnWithDefaultSignals | Libc.SpawnWithSignalMask | (InOwnGroup ? Libc.SpawnInOwnGroup : 0);
            _ = Libc.SetFlags(attributes, (short)flags);
            _ = Libc.EmptySet(signals);
            _ = Libc.SetSignalMask(attributes, signals);
            // The runtime ignores it for itself; a child would inherit that.
            _ = Libc.AddToSet(signals, Signals.Pipe);
            _ = Libc.SetDefaultSignals(attributes, signals);
            var error = Libc.Spawn(out process, memory[0], actions, attributes, memory, Environment());
            _ = Libc.DestroyAttributes(attributes);
            _ = Libc.DestroyActions(actions);
            return error;
        }
        finally
        {
            for (var i = 0; i < arguments.Count; i++)
                NativeMemory.Free(memory[i]);
            NativeMemory.Free(memory);
            NativeMemory.Free(actions);
            NativeMemory.Free(attributes);
            NativeMemory.Free(signals);
        }
    }

    private static byte* Copy(byte[] text)
    {
        var copy = (byte*)NativeMemory.Alloc((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(copy, text.Length));
        copy[text.Length] = 0;
        return copy;
    }

    private static byte** Environment() => *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
}
