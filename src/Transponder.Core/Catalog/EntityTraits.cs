using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Core.Executions;
using FlyteTask = Flyteidl.Admin.Task;

namespace Transponder.Core.Catalog;

/// <summary>What lists filter, sort and show of an entity beside its name; all of it follows from the entity's message.</summary>
public sealed record EntityTraits
{
    /// <summary>A task's type; empty for other kinds.</summary>
    public string TaskType { get; init; } = "";

    /// <summary>The short description of a task or workflow.</summary>
    public string ShortDescription { get; init; } = "";

    /// <summary>A launch plan's <c>NONE</c>, <c>CRON</c> or <c>RATE</c>; empty for other kinds.</summary>
    public string ScheduleType { get; init; } = "";

    /// <summary>The workflow that a launch plan starts; null for other kinds.</summary>
    public EntityKey? Workflow { get; init; }

    /// <summary>What lists show instead of the whole message; null = the whole.</summary>
    public byte[]? Summary { get; init; }

    /// <summary>True when the platform made the entity by itself.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>The traits of a stored entity.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="body">Its serialised message.</param>
    public static EntityTraits Of(EntityKind kind, byte[] body) =>
        kind switch
        {
            EntityKind.Task => Of(FlyteTask.Parser.ParseFrom(body)),
            EntityKind.Workflow => Of(Flyteidl.Admin.Workflow.Parser.ParseFrom(body)),
            EntityKind.LaunchPlan => Of(LaunchPlan.Parser.ParseFrom(body)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    /// <summary>The traits of an entity.</summary>
    /// <param name="message">Its message.</param>
    public static EntityTraits Of(IMessage message) =>
        message switch
        {
            FlyteTask task => new()
            {
                TaskType = task.Closure.CompiledTask.Template.Type,
                ShortDescription = Storable(task.ShortDescription),
            },
            Flyteidl.Admin.Workflow workflow => new()
            {
                ShortDescription = Storable(workflow.ShortDescription),
                Summary = Summarised(workflow).ToByteArray(),
                IsGenerated = workflow.Id.Name.StartsWith(SingleTaskPlan.Prefix, StringComparison.Ordinal),
            },
            LaunchPlan plan => new()
            {
                ScheduleType = ScheduleTypeOf(plan.Spec.EntityMetadata?.Schedule),
                Workflow = EntityKey.From(plan.Spec.WorkflowId),
            },
            _ => throw new ArgumentException($"{message?.Descriptor.Name} is no entity of the catalog.", nameof(message)),
        };

    // As upstream's lists have it: of the compiled closure only the interface.
    private static Flyteidl.Admin.Workflow Summarised(Flyteidl.Admin.Workflow workflow) =>
        new()
        {
            Id = workflow.Id,
            ShortDescription = workflow.ShortDescription,
            Closure = new Flyteidl.Admin.WorkflowClosure
            {
                CreatedAt = workflow.Closure.CreatedAt,
                CompiledWorkflow = new CompiledWorkflowClosure
                {
                    Primary = new CompiledWorkflow
                    {
                        Template = new WorkflowTemplate { Interface = workflow.Closure.CompiledWorkflow.Primary.Template.Interface },
                    },
                },
            },
        };

    private static string ScheduleTypeOf(Schedule? schedule) =>
        schedule switch
        {
            { Rate: not null } => "RATE",
            { CronSchedule: not null } => "CRON",
            { HasCronExpression: true, CronExpression.Length: > 0 } => "CRON",
            _ => "NONE",
        };

    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}
