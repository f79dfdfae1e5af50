using System.Globalization;

namespace Transponder.TaskTool.Watching;

/// <summary>Sees from the kernel's tables whether anybody is connected to a TCP port: whoever is, uses the server now.</summary>
internal sealed class PortActivity
{
    private const string Established = "01";
    private const int LocalAddress = 1;
    private const int State = 3;

    private static readonly string[] Kernel = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

    private readonly int port;
    private readonly TimeProvider time;
    private readonly IReadOnlyList<string> tables;
    private DateTimeOffset? last;

    /// <summary>Makes one.</summary>
    /// <param name="port">The port that the server listens on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tables">The tables; null = the kernel's own.</param>
    public PortActivity(int port, TimeProvider time, IReadOnlyList<string>? tables = null)
    {
        this.port = port;
        this.time = time;
        this.tables = tables ?? Kernel;
    }

    /// <summary>When somebody was last seen to be connected; null when nobody has been.</summary>
    public DateTimeOffset? Look()
    {
        if (tables.Any(IsUsed))
            last = time.GetUtcNow();
        return last;
    }

    private bool IsUsed(string table)
    {
        try
        {
            return File.ReadLines(table).Skip(1).Any(IsConnection);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool IsConnection(string line)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns.Length > State
            && columns[State] == Established
            && columns[LocalAddress].Split(':') is [_, var hex]
            && int.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
            && number == port;
    }
}
