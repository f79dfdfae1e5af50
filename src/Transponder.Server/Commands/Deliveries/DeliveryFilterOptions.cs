using System.CommandLine;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using State = Transponder.V1.Delivery.Types.State;

namespace Transponder.Server.Commands.Deliveries;

/// <summary>The options that say which deliveries.</summary>
internal sealed class DeliveryFilterOptions
{
    private static readonly string[] States =
    [
        .. System.Enum.GetValues<State>().Where(state => state != State.Unspecified).Select(state => state.ToString().ToLowerInvariant()),
    ];

    private readonly Option<string> state = new("--state")
    {
        Description = $"Only this state: {string.Join(", ", States)}.",
        HelpName = "STATE",
    };
    private readonly Option<string> channel = new("--channel") { Description = "Only this channel.", HelpName = "NAME" };
    private readonly Option<string> project = new("--project", "-p") { Description = "Only this project.", HelpName = "ID" };
    private readonly Option<string> domain = new("--domain", "-d") { Description = "Only this domain.", HelpName = "ID" };
    private readonly Option<string> execution = new("--execution", "-e")
    {
        Description = "Only this execution.",
        HelpName = ExecutionName.Form,
    };
    private readonly Option<string> since = Moments.Option("--since", "Only those made at this time or later.");
    private readonly Option<string> until = Moments.Option("--until", "Only those made before this time.");

    public DeliveryFilterOptions(Command command)
    {
        state.AcceptOnlyFromAmong(States);
        foreach (var option in new Option[] { state, channel, project, domain, execution, since, until })
            command.Options.Add(option);
    }

    /// <summary>Whether anything is asked for.</summary>
    public bool IsGiven(ParseResult arguments) => Filter(arguments).CalculateSize() > 0;

    public DeliveryFilter Filter(ParseResult arguments)
    {
        var filter = new DeliveryFilter
        {
            Project = arguments.GetValue(project) ?? "",
            Domain = arguments.GetValue(domain) ?? "",
            State = arguments.GetValue(state) is { } name ? System.Enum.Parse<State>(name, ignoreCase: true) : State.Unspecified,
            Channel = arguments.GetValue(channel) ?? "",
            Since = Moments.Read(arguments, since, TimeProvider.System),
            Until = Moments.Read(arguments, until, TimeProvider.System),
        };
        if (arguments.GetValue(execution) is { } text)
        {
            var id = ExecutionName.Parse(text);
            (filter.Project, filter.Domain, filter.Name) = (id.Project, id.Domain, id.Name);
        }

        return filter;
    }

    public ListDeliveriesRequest Request(ParseResult arguments)
    {
        var filter = Filter(arguments);
        return new ListDeliveriesRequest
        {
            Project = filter.Project,
            Domain = filter.Domain,
            Name = filter.Name,
            State = filter.State,
            Channel = filter.Channel,
            Since = filter.Since,
            Until = filter.Until,
        };
    }
}
