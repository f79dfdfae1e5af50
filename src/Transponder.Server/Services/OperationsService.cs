using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Transponder.Protocol;
using Transponder.Server.Configuration;
using Transponder.Server.Doctor;
using Transponder.Server.Security;
using Transponder.Server.Sinks;
using Transponder.Server.Wire;
using Transponder.V1;
using Status = Transponder.V1.Status;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Services;

/// <summary>The API for operators: how the server is, what its channels are, and what they would say.</summary>
internal sealed class OperationsService(
    IStore store,
    Func<ChannelSet> channels,
    EventEgress egress,
    Func<TransponderOptions> options,
    TimeProvider time
)
{
    private readonly DateTimeOffset started = time.GetUtcNow();

    private readonly TestMessages tests = new(channels, time);

    private readonly SinkQueries sinks = new(egress, store.Lanes);

    /// <summary>Serves the API.</summary>
    public void Register(RpcServices services) =>
        services
            .Add(OperationsReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("OperationsService"))
            .Unary<GetStatusRequest, Status>("GetStatus", StatusAsync)
            .Unary<ListChannelsRequest, ListChannelsResponse>("ListChannels", (_, context) => Task.FromResult(Channels(context.Caller)))
            .Unary<SendTestRequest, SendTestResponse>(
                "SendTest",
                (request, context) => tests.SendAsync(request, context.Caller, context.CancellationToken)
            )
            .Unary<ListSinksRequest, ListSinksResponse>("ListSinks", sinks.ListAsync)
            .Unary<ListQuarantineRequest, ListQuarantineResponse>("ListQuarantine", sinks.QuarantineAsync)
            .Unary<RenderRequest, RenderResponse>("Render", RenderAsync);

    private async Task<Status> StatusAsync(GetStatusRequest request, RpcContext context)
    {
        var inStore = new StoreCheckup(store, options().Store, time).RunAsync(context.CancellationToken);
        var inChannels = new ChannelCheckup(channels(), options()).RunAsync(context.CancellationToken);
        var inSinks = SinkCheckup.RunAsync(egress, context.CancellationToken);
        return new Status
        {
            Version = TransponderApp.Version,
            StartedAt = started.ToTimestamp(),
            Store = store.Description,
            Checks =
            {
                (await inStore).Concat(ClusterCheckup.Run(options().Auth)).Concat(await inChannels).Concat(await inSinks).Select(From),
            },
            Now = time.GetUtcNow().ToTimestamp(),
        };
    }

    private ListChannelsResponse Channels(Caller caller) =>
        new()
        {
            Channels =
            {
                channels()
                    .All.Where(caller.MayKnow)
                    .OrderBy(channel => channel.Name, StringComparer.Ordinal)
                    .Select(channel => new ChannelSummary
                    {
                        Name = channel.Name,
                        Type = channel.Notifier.Type,
                        NeedsTarget = channel.Notifier.CheckTarget(null) is not null,
                        TakesTarget = channel.Notifier.CheckTarget(null) is not null || channel.Notifier.CheckTarget("x") is null,
                        Title = channel.Title.Text,
                        Body = channel.Body.Text,
                        Format = FormatName(channel.Format),
                    }),
            },
        };

    private async Task<RenderResponse> RenderAsync(RenderRequest request, RpcContext context)
    {
        var channel = request.Channel.Length > 0 ? tests.Find(request.Channel, context.Caller) : null;
        var format = request.Format switch
        {
            "" => channel?.Format ?? BodyFormat.Text,
            "text" => BodyFormat.Text,
            "html" => BodyFormat.Html,
            "mrkdwn" => BodyFormat.Mrkdwn,
            var other => throw new RpcException(StatusCode.InvalidArgument, $"format {other} is unknown; known: text, html, mrkdwn"),
        };
        var title = request.Title.Length > 0 ? Template.Parse(request.Title) : channel?.Title ?? DefaultTemplates.Title;
        var body =
            request.Body.Length > 0 ? Template.Parse(request.Body)
            : channel is not null ? channel.Body
            : format == BodyFormat.Html ? DefaultTemplates.HtmlBody
            : DefaultTemplates.TextBody;
        var execution = request.Execution is null ? MadeUp(request.Phase) : await PastAsync(request.Execution, context);
        var (shownTitle, shownBody) = TemplatePreview.Render(title, body, format, execution);
        return new RenderResponse
        {
            Title = shownTitle,
            Body = shownBody,
            Format = FormatName(format),
            UnknownTokens = { title.UnknownTokens.Union(body.UnknownTokens) },
            MadeUp = request.Execution is null,
        };
    }

    private static ExecutionInfo MadeUp(WorkflowPhase phase) =>
        phase == WorkflowPhase.Undefined ? TemplatePreview.MadeUp(WorkflowPhase.Failed)
        : phase.IsTerminal() ? TemplatePreview.MadeUp(phase)
        : throw new RpcException(StatusCode.InvalidArgument, $"no message is sent at phase {phase.ToText()}; take a terminal one");

    private async Task<ExecutionInfo> PastAsync(Flyteidl.Core.WorkflowExecutionIdentifier id, RpcContext context)
    {
        if (id is not { Project.Length: > 0, Domain.Length: > 0, Name.Length: > 0 })
            throw new RpcException(StatusCode.InvalidArgument, "execution needs project, domain and name");
        var key = ExecutionKey.From(id);
        var record = context.Caller.Sees(key.Project) ? await store.Executions.GetAsync(key, context.CancellationToken) : null;
        return record is not null
            ? new TemplatePreview(options().Delivery.ConsoleUrl).Of(record)
            : throw new RpcException(StatusCode.NotFound, $"missing entity of type execution with identifier {key}");
    }

    private static Check From(Finding finding) =>
        new()
        {
            Area = finding.Area,
            Subject = finding.Subject,
            Level = (Check.Types.Level)(int)finding.Level,
            Text = finding.Text,
            Advice = finding.Advice,
        };

    private static string FormatName(BodyFormat format) =>
        format switch
        {
            BodyFormat.Html => "html",
            BodyFormat.Mrkdwn => "mrkdwn",
            _ => "text",
        };
}
