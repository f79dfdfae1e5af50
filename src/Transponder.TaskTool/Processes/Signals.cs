namespace Transponder.TaskTool.Processes;

/// <summary>Linux's signals: their numbers and their names.</summary>
internal static class Signals
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int User1 = 10;
    public const int User2 = 12;
    public const int Pipe = 13;
    public const int Alarm = 14;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int WindowChange = 28;

    private static readonly string[] Names =
    [
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGILL",
        "SIGTRAP",
        "SIGABRT",
        "SIGBUS",
        "SIGFPE",
        "SIGKILL",
        "SIGUSR1",
        "SIGSEGV",
        "SIGUSR2",
        "SIGPIPE",
        "SIGALRM",
        "SIGTERM",
        "SIGSTKFLT",
        "SIGCHLD",
        "SIGCONT",
        "SIGSTOP",
        "SIGTSTP",
        "SIGTTIN",
        "SIGTTOU",
        "SIGURG",
        "SIGXCPU",
        "SIGXFSZ",
        "SIGVTALRM",
        "SIGPROF",
        "SIGWINCH",
        "SIGIO",
        "SIGPWR",
        "SIGSYS",
    ];

    /// <summary>True for those by which someone asks a program to end.</summary>
    public static bool AskToEnd(int signal) => signal is Hangup or Interrupt or Quit or Terminate;

    public static string NameOf(int signal) =>
        signal >= 1 && signal <= Names.Length
            ? Names[signal - 1]
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"signal {signal}");

    /// <summary>The signals that this process was started to ignore, as <c>nohup</c> does, and that its children shall go on to ignore.</summary>
    public static ulong IgnoredMask()
    {
        const string field = "SigIgn:";
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith(field, StringComparison.Ordinal))
                    return Convert.ToUInt64(line[field.Length..].Trim(), 16);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            // Without /proc nothing is known to be ignored.
        }
        return 0;
    }
}
