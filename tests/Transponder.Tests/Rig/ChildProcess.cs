using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace Transponder.Tests.Rig;

/// <summary>
/// An outside process of one test: its output is kept line by line, and it is ended by its id, when disposed or when the test run ends.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _readers;

    static ChildProcess() =>
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var child in Running.Keys)
                child.Kill();
        };

    private ChildProcess(Process process, string? input)
    {
        _process = process;
        Running[this] = true;
        _readers = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError), FeedAsync(input));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What the process has written so far, standard output and error in the order of arrival.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public string Output => string.Join('\n', Lines);

    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        string? input = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!, input);
    }

    /// <summary>Waits for the first line, past or future, that contains the text.</summary>
    public Task<string> LineAsync(string text, TimeSpan? deadline = null) => LineAsync(line => line.Contains(text), $"“{text}”", deadline);

    /// <summary>Waits for the first line, past or future, that satisfies the condition.</summary>
    public Task<string> LineAsync(Func<string, bool> condition, string what, TimeSpan? deadline = null) =>
        Eventually.NotNullAsync(
            () =>
            {
                var line = Lines.FirstOrDefault(condition);
                if (line is null && _process.HasExited && _readers.IsCompleted && !Lines.Any(condition))
                    throw new XunitException(
                        $"{_process.StartInfo.FileName} ended with {_process.ExitCode} before it wrote {what}:\n{Output}"
                    );
                return Task.FromResult(line);
            },
            $"a line with {what} from {_process.StartInfo.FileName}",
            deadline
        );

    /// <summary>Waits for the end and returns the exit code; past the deadline the process is killed and the test fails.</summary>
    public async Task<int> ExitAsync(TimeSpan? deadline = null)
    {
        using var timeout = new CancellationTokenSource(deadline ?? TimeSpan.FromMinutes(2));
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            // Whoever the process has left behind may hold its output open.
            await _readers.WaitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new XunitException($"{_process.StartInfo.FileName} did not end in time, or left its output open:\n{Output}");
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    /// <summary>Asks politely: SIGTERM unless another signal is given.</summary>
    public void Signal(int signal = 15)
    {
        if (!_process.HasExited)
            _ = Send(Id, signal);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        Running.TryRemove(this, out _);
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (_lines)
                _lines.Add(line);
    }

    private async Task FeedAsync(string? input)
    {
        try
        {
            if (input is not null)
                await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process ended without reading its input; its exit code tells.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
