using Transponder.Client.Executions;
using WirePhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Client.LaunchPlans;

/// <summary>Whom to tell when an execution ends, and at which ends; one without a phase or an address, or with a phase that is no end, cannot be made.</summary>
public abstract class Notification
{
    private protected Notification(IEnumerable<ExecutionPhase> phases, IEnumerable<string> recipients, string? template)
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentNullException.ThrowIfNull(recipients);
        (Phases, Recipients, Template) = ([.. phases], [.. recipients], template);
        if (Phases.Count == 0)
            throw new ArgumentException("A notification needs a phase: Succeeded, Failed, Aborted or TimedOut.", nameof(phases));
        foreach (var phase in Phases)
            if (!phase.IsTerminal())
                throw new ArgumentException(
                    $"{phase} is no end: a notification can be sent at Succeeded, Failed, Aborted and TimedOut.",
                    nameof(phases)
                );
        if (Recipients.Count == 0 || Recipients.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A notification needs an address, and none that is empty.", nameof(recipients));
    }

    /// <summary>The ends that it is sent at.</summary>
    public IReadOnlyList<ExecutionPhase> Phases { get; }

    /// <summary>E-mail addresses; Transponder also takes the names of its channels, as in <c>ml-slack:#alerts</c>.</summary>
    public IReadOnlyList<string> Recipients { get; }

    /// <summary>The text in place of the platform's, with its tokens; null = the platform's. FlyteAdmin passes over it, Transponder does not.</summary>
    public string? Template { get; }

    internal abstract void Fill(Flyteidl.Admin.Notification notification);

    internal Flyteidl.Admin.Notification ToMessage()
    {
        var message = new Flyteidl.Admin.Notification { Phases = { Phases.Select(phase => (WirePhase)phase) } };
        Fill(message);
        return message;
    }
}
