using System.Diagnostics;
using Google.Protobuf;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.Server.Wire;
using Transponder.V1;

namespace Transponder.Server.Services;

/// <summary>
/// Takes messages of tasks: whose they are comes from the token, and they are stored before the answer. Channels that are not open to the execution's project
/// and channels that do not exist look the same to whoever is confined to projects.
/// </summary>
internal sealed class NotifyService(
    IStore store,
    NotificationRouter router,
    Func<ChannelSet> channels,
    DeliverySignal signal,
    TimeProvider time
)
{
    private const int MostNamed = 20;

    private readonly Speaker speaker = new(store.Executions);

    /// <summary>Serves the API.</summary>
    public void Register(RpcServices services) =>
        services
            .Add(NotifyReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("NotifyService"))
            .Unary<SendRequest, SendResponse>("Send", SendAsync);

    private async Task<SendResponse> SendAsync(SendRequest request, RpcContext context)
    {
        MessageChecks.Check(request);
        var execution = await speaker.FindAsync(request.Execution, context.Caller, context.CancellationToken);
        var sender = context.Principal ?? "";
        var deliveries = Route(request, execution, sender, context.Caller);
        var stored =
            await store.Deliveries.AddAsync(
                new TaskMessage
                {
                    Execution = execution,
                    Content = MessageChecks.Tidy(request.Content).ToByteArray(),
                    Sender = sender,
                    CreatedAt = time.GetUtcNow(),
                    TraceParent = Activity.Current is { Recorded: true } span ? span.Id : null,
                    Deliveries = deliveries,
                },
                context.CancellationToken
            ) ?? throw Speaker.Unknown(execution);
        if (stored > 0)
            signal.Wake(deliveries.Select(delivery => delivery.Destination).Distinct());
        return new SendResponse { DeliveryIds = { deliveries.Select(delivery => delivery.DeliveryId) }, Duplicate = stored == 0 };
    }

    private IReadOnlyList<TaskDelivery> Route(SendRequest request, ExecutionKey execution, string sender, Caller caller)
    {
        var set = channels();
        var deliveries = router.Route(
            execution,
            sender,
            request.Id,
            request.Content.ThreadKey,
            request.Target.Length == 0 ? request.Channel : $"{request.Channel}:{request.Target}",
            name => set.Find(name)?.IsOpenTo(execution.Project, execution.Domain) ?? false,
            out var problem
        );
        return problem switch
        {
            { Closed: not null } => throw Closed(request.Channel, execution, set, caller),
            { Address: { } wrong } => throw new RpcException(StatusCode.InvalidArgument, $"target: {wrong}"),
            _ => deliveries,
        };
    }

    private static RpcException Closed(string asked, ExecutionKey execution, ChannelSet set, Caller caller)
    {
        var open = set
            .All.Where(channel => channel.IsOpenTo(execution.Project, execution.Domain))
            .Select(channel => channel.Name)
            .Order(StringComparer.Ordinal)
            .Take(MostNamed)
            .ToList();
        var named = open.Count == 0 ? "none is" : $"open are: {string.Join(", ", open)}";
        var place = $"project {execution.Project}, domain {execution.Domain}";
        return caller.Projects is null && set.Find(asked) is null
            ? new RpcException(StatusCode.NotFound, $"there is no channel {asked}; to {place} {named}")
            : new RpcException(StatusCode.PermissionDenied, $"channel {asked} is not open to {place}; {named}");
    }
}
