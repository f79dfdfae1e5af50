using System.CommandLine;
using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Server.Commands.Terminal;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Executions;

/// <summary><c>executions</c>: to look up, at any Flyte admin.</summary>
internal static class ExecutionsCommand
{
    public static Command Create() => new("executions", "List and show executions.") { List(), Show() };

    private static Command List()
    {
        var project = new Option<string>("--project", "-p")
        {
            Description = "The project.",
            Required = true,
            HelpName = "ID",
        };
        var domain = new Option<string>("--domain", "-d")
        {
            Description = "The domain.",
            Required = true,
            HelpName = "ID",
        };
        var phases = new Option<string[]>("--phase") { Description = "Only these phases, e.g. FAILED.", HelpName = "PHASE" };
        var filters = new Option<string>("--filter")
        {
            Description = "Flyte's filters, e.g. contains(execution_name,nightly)+gt(duration,60).",
            HelpName = "FILTERS",
        };
        var command = new Command("list", "List executions, newest first.") { project, domain, phases, filters };
        var paging = new PagingOptions(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var request = new ResourceListRequest
                {
                    Id = new NamedEntityIdentifier { Project = call.Arguments.GetValue(project), Domain = call.Arguments.GetValue(domain) },
                    Filters = Filters(call.Arguments.GetValue(phases) ?? [], call.Arguments.GetValue(filters)),
                    SortBy = new Sort { Key = "execution_created_at", Direction = Sort.Types.Direction.Descending },
                };
                var list = new ExecutionTable(call.Screen);
                await paging.ReadAsync(
                    call,
                    async (limit, token) =>
                    {
                        request.Limit = limit;
                        request.Token = token;
                        var page = await call.Client.Admin.ListExecutionsAsync(request, cancellationToken);
                        foreach (var execution in page.Executions)
                            list.Add(execution);
                        return (page.Executions.Count, page.Token);
                    },
                    list.End
                );
                return ExitCode.Ok;
            }
        );
    }

    private static Command Show()
    {
        var execution = new Argument<string>("execution") { Description = $"The execution: {ExecutionName.Form}." };
        return new Command("show", "Show one execution.") { execution }.Asks(
            async (call, cancellationToken) =>
            {
                var request = new WorkflowExecutionGetRequest { Id = ExecutionName.Parse(call.Arguments.GetValue(execution)!) };
                var answer = await call.Client.Admin.GetExecutionAsync(request, cancellationToken);
                if (call.Screen.IsJson)
                    call.Screen.Json(answer);
                else
                    Show(call.Screen, answer);
                return ExitCode.Ok;
            }
        );
    }

    private static void Show(Screen screen, Execution execution)
    {
        var closure = execution.Closure ?? new ExecutionClosure();
        var error = closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.Error ? closure.Error : null;
        var abort = closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.AbortMetadata ? closure.AbortMetadata : null;
        screen.Facts(
            ("Execution", new Cell(ExecutionName.Text(execution.Id), Ink.Strong)),
            ("Phase", ExecutionTable.Phase(closure.Phase)),
            ("Workflow", Name(closure.WorkflowId)),
            ("Launch plan", Name(execution.Spec?.LaunchPlan)),
            ("Created", Moments.Text(closure.CreatedAt)),
            ("Started", Moments.Text(closure.StartedAt)),
            ("Updated", Moments.Text(closure.UpdatedAt)),
            ("Duration", ExecutionTable.Duration(closure)),
            ("By", execution.Spec?.Metadata?.Principal ?? ""),
            ("Error", error is null ? "" : new Cell($"{error.Code} {error.Message}".Trim(), Ink.Bad)),
            ("Aborted by", abort?.Principal ?? ""),
            ("Cause", abort?.Cause ?? ""),
            ("Notifies", string.Join(", ", closure.Notifications.SelectMany(Addresses).Distinct())),
            ("Labels", string.Join(", ", (execution.Spec?.Labels?.Values ?? []).Select(label => $"{label.Key}={label.Value}")))
        );
        screen.Remark($"transponder explain {ExecutionName.Text(execution.Id)} tells who was told");
    }

    private static IEnumerable<string> Addresses(Notification notification) =>
        notification.TypeCase switch
        {
            Notification.TypeOneofCase.Email => notification.Email.RecipientsEmail,
            Notification.TypeOneofCase.Slack => notification.Slack.RecipientsEmail,
            Notification.TypeOneofCase.PagerDuty => notification.PagerDuty.RecipientsEmail,
            _ => [],
        };

    private static string Name(Identifier? id) => id is null ? "" : $"{id.Name} {id.Version}";

    private static string Filters(string[] phases, string? filters)
    {
        foreach (var phase in phases)
        {
            if (!Enum.GetValues<WorkflowPhase>().Any(known => known.ToText().Equals(phase, StringComparison.OrdinalIgnoreCase)))
                throw new UsageFailure(
                    $"--phase: \"{phase}\" is none of {string.Join(", ", Enum.GetValues<WorkflowPhase>().Select(known => known.ToText()))}"
                );
        }

        var asked = phases.Length == 0 ? "" : $"value_in(phase,{string.Join(';', phases.Select(phase => phase.ToUpperInvariant()))})";
        return string.Join('+', new[] { asked, filters ?? "" }.Where(part => part.Length > 0));
    }
}
