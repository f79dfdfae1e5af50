using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Client;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Server.Commands.Play;

/// <summary>One call that a played execution makes.</summary>
/// <param name="Subject">What the call is about, e.g. <c>node n0</c>.</param>
/// <param name="Phase">The phase that it reports, or what it asks for.</param>
/// <param name="Request">The call's message; the same at every repetition.</param>
internal sealed record ScriptStep(string Subject, string Phase, IMessage Request)
{
    /// <summary>True for a report of a phase, false for a request such as an abort's.</summary>
    public bool IsEvent => Request is WorkflowExecutionEventRequest or NodeExecutionEventRequest or TaskExecutionEventRequest;

    /// <summary>Makes the call.</summary>
    public Task SendAsync(AdminClient admin, CancellationToken cancellationToken) =>
        Request switch
        {
            WorkflowExecutionEventRequest workflow => admin.CreateWorkflowEventAsync(workflow, cancellationToken),
            NodeExecutionEventRequest node => admin.CreateNodeEventAsync(node, cancellationToken),
            TaskExecutionEventRequest task => admin.CreateTaskEventAsync(task, cancellationToken),
            ExecutionTerminateRequest abort => admin.TerminateExecutionAsync(abort, cancellationToken),
            ExecutionCreateRequest child => admin.CreateExecutionAsync(child, cancellationToken),
            _ => throw new InvalidOperationException($"a script makes no call of {Request.Descriptor.Name}"),
        };
}

/// <summary>How a played execution ends.</summary>
internal enum ScriptOutcome
{
    Succeeded,
    Failed,
    Aborted,
}
