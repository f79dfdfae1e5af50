using System.Globalization;
using Transponder.Server.Commands.Terminal;

namespace Transponder.Server.Commands.Play;

/// <summary>What a play came to; its names are those of the JSON.</summary>
internal sealed record PlaySummary
{
    public required int Seed { get; init; }
    public required IReadOnlyList<string> Shapes { get; init; }
    public required double Seconds { get; init; }
    public required int Executions { get; init; }
    public required IReadOnlyDictionary<string, int> Outcomes { get; init; }
    public required long Calls { get; init; }
    public required IReadOnlyDictionary<string, long> Answers { get; init; }
    public required long Events { get; init; }
    public required double EventsPerSecond { get; init; }
    public required PlayLatency LatencyMs { get; init; }
    public required IReadOnlyList<string> Refusals { get; init; }
    public required bool AllAccepted { get; init; }

    public void Show(Screen screen)
    {
        if (screen.IsJson)
        {
            screen.Json(this);
            return;
        }

        screen.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Played {Executions} executions ({string.Join(", ", Shapes)}; seed {Seed}) in {Seconds:0.0} s"
            )
        );
        screen.Line();
        var outcomes = new TextTable(new TextColumn("OUTCOME"), new TextColumn("EXECUTIONS", IsNumber: true));
        foreach (var (name, count) in Outcomes)
            outcomes.Add(new Cell(name, name is "succeeded" or "failed" or "aborted" ? Ink.Good : Ink.Bad), Number(count));
        screen.Table(outcomes);
        screen.Line();
        var answers = new TextTable(new TextColumn("ANSWER"), new TextColumn("CALLS", IsNumber: true));
        foreach (var (code, count) in Answers)
            answers.Add(new Cell(code, code is "OK" or "ALREADY_EXISTS" ? Ink.Good : Ink.Doubtful), Number(count));
        screen.Table(answers);
        screen.Line();
        screen.Facts(
            ("Events", string.Create(CultureInfo.InvariantCulture, $"{Events}, {EventsPerSecond:0} per second")),
            (
                "Latency",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"p50 {LatencyMs.P50:0.0} ms, p90 {LatencyMs.P90:0.0} ms, p99 {LatencyMs.P99:0.0} ms, max {LatencyMs.Max:0.0} ms"
                )
            )
        );
        foreach (var refusal in Refusals)
            screen.Remark($"not accepted: {refusal}");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How long answers took, in milliseconds.</summary>
internal sealed record PlayLatency(double P50, double P90, double P99, double Max);
