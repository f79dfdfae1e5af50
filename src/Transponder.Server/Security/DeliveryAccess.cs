using Transponder.V1;
using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>
/// Who may see events, deliveries and sinks, and send them again. The handlers keep to the caller's projects where the request names none. Channels are
/// everybody's, so only who operates all projects sends tests through them.
/// </summary>
internal static class DeliveryAccess
{
    public static void AddTo(AccessRules rules) =>
        rules
            .Service("transponder.v1.DeliveryService")
            .Allow<ListDeliveriesRequest>(Reads, "ListDeliveries", (request, gate) => gate.Allow(request.Project))
            .Allow(Reads, "GetDelivery")
            .Allow(Operates, "ReplayDelivery")
            .Allow<ReplayDeliveriesRequest>(Operates, "ReplayDeliveries", (request, gate) => gate.Allow(request.Filter?.Project))
            .Allow<ExplainExecutionRequest>(Reads, "ExplainExecution", (request, gate) => gate.Require(request.Id?.Project))
            .Service("transponder.v1.EventService")
            .Allow<ListEventsRequest>(Reads, "ListEvents", (request, gate) => gate.Allow(request.Filter?.Project))
            .Allow<WatchRequest>(Reads, "Watch", (request, gate) => gate.Allow(request.Filter?.Project))
            .Service("transponder.v1.ReplayService")
            .AllowWholeServer(Operates, "StartReplay", "CancelReplay")
            .AllowWholeServer(Reads, "ListReplays", "GetReplay")
            .Service("transponder.v1.OperationsService")
            .AllowWholeServer(Reads, "GetStatus")
            .AllowWholeServer(Operates, "SendTest")
            .Allow(Reads, "ListChannels")
            .Allow(Reads, "ListSinks")
            .Allow(Reads, "ListQuarantine")
            .Allow<RenderRequest>(Reads, "Render", (request, gate) => gate.Allow(request.Execution?.Project));
}
