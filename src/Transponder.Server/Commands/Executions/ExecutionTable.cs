using System.Globalization;
using Flyteidl.Admin;
using Transponder.Core.Executions;
using Transponder.Server.Commands.Terminal;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Executions;

/// <summary>Executions as a list: in JSON each at once, as a table when all are there.</summary>
internal sealed class ExecutionTable(Screen screen)
{
    private readonly TextTable table = new(
        new TextColumn("EXECUTION"),
        new TextColumn("PHASE"),
        new TextColumn("CREATED"),
        new TextColumn("DURATION", IsNumber: true),
        new TextColumn("LAUNCH PLAN"),
        new TextColumn("ERROR", IsProse: true)
    );

    public void Add(Execution execution)
    {
        if (screen.IsJson)
        {
            screen.JsonLine(execution);
            return;
        }

        var closure = execution.Closure ?? new ExecutionClosure();
        table.Add(
            ExecutionName.Text(execution.Id),
            Phase(closure.Phase),
            Moments.Text(closure.CreatedAt),
            Duration(closure),
            execution.Spec?.LaunchPlan is { } plan ? $"{plan.Name} {plan.Version}" : "",
            closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.Error ? new Cell(closure.Error.Message, Ink.Bad) : ""
        );
    }

    public void End()
    {
        if (screen.IsJson)
            return;
        if (table.Count == 0)
            screen.Remark("no execution matches");
        else
            screen.Table(table);
    }

    public static Cell Phase(WorkflowPhase phase) =>
        new(
            phase.ToText(),
            phase switch
            {
                WorkflowPhase.Succeeded => Ink.Good,
                WorkflowPhase.Failed or WorkflowPhase.TimedOut or WorkflowPhase.Failing => Ink.Bad,
                WorkflowPhase.Aborted or WorkflowPhase.Aborting => Ink.Doubtful,
                _ => Ink.None,
            }
        );

    public static string Duration(ExecutionClosure closure) => closure.Duration is { } ran ? Short(ran.ToTimeSpan()) : "";

    private static string Short(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0}s"),
            { TotalMinutes: < 1 } => $"{span.Seconds}s",
            { TotalHours: < 1 } => $"{span.Minutes}m{span.Seconds:00}s",
            _ => $"{(long)span.TotalHours}h{span.Minutes:00}m",
        };
}
