using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Server.Commands.Play;

/// <summary>Plays executions side by side, each one's calls in order, one after the other.</summary>
internal sealed class PlayRun(AdminClient admin, PlayOptions options, PlayTally tally, TimeSpan patience, TimeProvider time)
{
    private readonly PlayCatalog catalog = new(options);
    private readonly PropellerSender sender = new(admin, tally, new PlayPace(options.Rate, time), patience, time);
    private int started;

    /// <summary>Registers what the shapes need.</summary>
    public Task RegisterAsync(CancellationToken cancellationToken) => catalog.RegisterAsync(admin, options.Shapes, cancellationToken);

    /// <summary>Plays them all.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Math.Min(options.Concurrency, options.Executions))
                .Select(_ => Task.Run(() => WorkAsync(cancellationToken), cancellationToken))
        );

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (Interlocked.Increment(ref started) is var number && number <= options.Executions)
            tally.Ended(await PlayAsync(number, cancellationToken));
    }

    private async Task<PlayEnd> PlayAsync(int number, CancellationToken cancellationToken)
    {
        var chance = new Random(unchecked((options.Seed * 397) ^ number));
        var shape = options.Shapes[(number - 1) % options.Shapes.Count];
        var outcome = Outcome(chance.NextDouble());
        var id = new WorkflowExecutionIdentifier
        {
            Project = options.Project,
            Domain = options.Domain,
            Name = $"play-{unchecked((uint)options.Seed):x}-{number}",
        };
        var failing = false;
        var script = new PlayScript(options, catalog, chance, time);
        foreach (var step in script.Steps(id, shape, outcome).Prepend(new ScriptStep("execution", "created", Creation(id, shape))))
        {
            failing |= step.Subject == "workflow" && step.Phase is "Failing";
            switch (await sender.SendAsync(step, failing, cancellationToken))
            {
                case Reply.Ended:
                    return PlayEnd.Stopped;
                case Reply.Refused:
                    return PlayEnd.Refused;
                case Reply.Again:
                    return PlayEnd.Abandoned;
            }
        }

        return outcome switch
        {
            ScriptOutcome.Succeeded => PlayEnd.Succeeded,
            ScriptOutcome.Failed => PlayEnd.Failed,
            _ => PlayEnd.Aborted,
        };
    }

    private ScriptOutcome Outcome(double drawn) =>
        drawn < options.Failures ? ScriptOutcome.Failed
        : drawn < options.Failures + options.Aborts ? ScriptOutcome.Aborted
        : ScriptOutcome.Succeeded;

    private ExecutionCreateRequest Creation(WorkflowExecutionIdentifier id, PlayShape shape) =>
        new()
        {
            Project = id.Project,
            Domain = id.Domain,
            Name = id.Name,
            Spec = new ExecutionSpec
            {
                LaunchPlan = catalog.LaunchPlan(shape),
                Metadata = new ExecutionMetadata { Mode = ExecutionMetadata.Types.ExecutionMode.Manual, Principal = "play" },
            },
        };
}
