using System.CommandLine;
using Transponder.Core.Egress;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using EventFilter = Transponder.V1.EventFilter;
using Kind = Transponder.V1.Event.Types.Kind;

namespace Transponder.Server.Commands.Events;

/// <summary>The options that say which events.</summary>
internal sealed class EventFilterOptions
{
    private readonly Option<string> project = new("--project", "-p") { Description = "Only this project.", HelpName = "ID" };
    private readonly Option<string> domain = new("--domain", "-d") { Description = "Only this domain.", HelpName = "ID" };
    private readonly Option<string[]> kinds = new("--kind")
    {
        Description = $"Only these kinds, of: {string.Join(", ", EventTypes.All)}; without it the first three.",
        HelpName = "KIND",
    };
    private readonly Option<string[]> phases = new("--phase") { Description = "Only these phases, e.g. FAILED.", HelpName = "PHASE" };
    private readonly Option<string> since;
    private readonly Option<string> until;

    public EventFilterOptions(Command command, string from = "--since", string to = "--until")
    {
        since = Moments.Option(from, "Only those received at this time or later.");
        until = Moments.Option(to, "Only those received before this time.");
        kinds.AcceptOnlyFromAmong([.. EventTypes.All]);
        foreach (var option in new Option[] { project, domain, kinds, phases, since, until })
            command.Options.Add(option);
    }

    public EventFilter Filter(ParseResult arguments, string? execution)
    {
        var filter = new EventFilter
        {
            Project = arguments.GetValue(project) ?? "",
            Domain = arguments.GetValue(domain) ?? "",
            Kinds = { (arguments.GetValue(kinds) ?? []).Select(kind => (Kind)(int)EventTypes.Parse([kind]).Kinds.Single()) },
            Phases = { arguments.GetValue(phases) ?? [] },
            Since = Moments.Read(arguments, since, TimeProvider.System),
            Until = Moments.Read(arguments, until, TimeProvider.System),
        };
        if (execution is not null)
        {
            var id = ExecutionName.Parse(execution);
            (filter.Project, filter.Domain, filter.Name) = (id.Project, id.Domain, id.Name);
        }

        return filter;
    }
}
