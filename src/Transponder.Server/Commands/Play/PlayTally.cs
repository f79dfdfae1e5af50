using Transponder.Protocol;

namespace Transponder.Server.Commands.Play;

/// <summary>Counts what was sent and answered; thread-safe.</summary>
internal sealed class PlayTally
{
    private const int MostComplaints = 3;
    private const double Growth = 1.02;
    private const double FirstMilliseconds = 0.01;

    private readonly Lock gate = new();
    private readonly SortedDictionary<StatusCode, long> answers = [];
    private readonly SortedDictionary<PlayEnd, int> ends = [];
    private readonly List<string> complaints = [];
    private readonly long[] latencies = new long[1024];
    private double slowest;

    /// <summary>Executions that are over.</summary>
    public int Over { get; private set; }

    /// <summary>Events that were sent, repetitions included.</summary>
    public long Events { get; private set; }

    public void Answered(ScriptStep step, StatusCode code, TimeSpan latency)
    {
        var milliseconds = Math.Max(latency.TotalMilliseconds, FirstMilliseconds);
        var slot = Math.Min((int)(Math.Log(milliseconds / FirstMilliseconds) / Math.Log(Growth)), latencies.Length - 1);
        lock (gate)
        {
            answers[code] = answers.GetValueOrDefault(code) + 1;
            Events += step.IsEvent ? 1 : 0;
            latencies[slot]++;
            slowest = Math.Max(slowest, milliseconds);
        }
    }

    public void Ended(PlayEnd end)
    {
        lock (gate)
        {
            ends[end] = ends.GetValueOrDefault(end) + 1;
            Over++;
        }
    }

    /// <summary>Keeps the first few refusals' words.</summary>
    public void Complain(string words)
    {
        lock (gate)
        {
            if (complaints.Count < MostComplaints)
                complaints.Add(words);
        }
    }

    public PlaySummary Sum(PlayOptions options, TimeSpan took)
    {
        lock (gate)
        {
            return new PlaySummary
            {
                Seed = options.Seed,
                Shapes = [.. options.Shapes.Select(PlayCatalog.Name)],
                Seconds = Math.Round(took.TotalSeconds, 3),
                Executions = Over,
                Outcomes = ends.ToDictionary(end => Name(end.Key), end => end.Value),
                Calls = answers.Values.Sum(),
                Answers = answers.ToDictionary(answer => CodeName(answer.Key), answer => answer.Value),
                Events = Events,
                EventsPerSecond = Math.Round(Events / Math.Max(took.TotalSeconds, 0.001), 1),
                LatencyMs = new PlayLatency(Percentile(0.5), Percentile(0.9), Percentile(0.99), Math.Round(slowest, 2)),
                Refusals = [.. complaints],
                AllAccepted = !ends.Keys.Any(end => end >= PlayEnd.Stopped),
            };
        }
    }

    private double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(latencies.Sum() * share);
        var slot = 0;
        for (var seen = latencies[0]; seen < rank && slot < latencies.Length - 1; seen += latencies[slot])
            slot++;
        return Math.Round(Math.Min(FirstMilliseconds * Math.Pow(Growth, slot + 1), slowest), 2);
    }

    private static string Name(PlayEnd end) => end.ToString().ToLowerInvariant();

    private static string CodeName(StatusCode code) =>
        string.Concat(code.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{c}" : $"{c}")).ToUpperInvariant();
}

/// <summary>How a played execution ended; from <see cref="Stopped"/> on, not as it was played.</summary>
internal enum PlayEnd
{
    Succeeded,
    Failed,
    Aborted,

    /// <summary>The server said that it had ended already.</summary>
    Stopped,

    /// <summary>The server refused a call for good.</summary>
    Refused,

    /// <summary>The server did not take a call in time.</summary>
    Abandoned,
}
