using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Server.Wire;
using Transponder.V1;

namespace Transponder.Server.Services;

/// <summary>The deliveries API over the ledger.</summary>
public sealed class DeliveryService(DeliveryLedger ledger)
{
    /// <summary>Serves the API.</summary>
    public void Register(RpcServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services
            .Add(DeliveriesReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("DeliveryService"))
            .Unary<ListDeliveriesRequest, ListDeliveriesResponse>("ListDeliveries", ListAsync)
            .Unary<GetDeliveryRequest, V1.Delivery>("GetDelivery", GetAsync)
            .Unary<ReplayDeliveryRequest, V1.Delivery>("ReplayDelivery", ReplayAsync)
            .Unary<ReplayDeliveriesRequest, ReplayDeliveriesResponse>("ReplayDeliveries", ReplayManyAsync)
            .Unary<ExplainExecutionRequest, ExplainExecutionResponse>("ExplainExecution", ExplainAsync);
    }

    private async Task<ListDeliveriesResponse> ListAsync(ListDeliveriesRequest request, RpcContext context)
    {
        var (page, next) = await ledger.ListAsync(
            DeliveryMessages.Query(request) with
            {
                Projects = context.Caller.Projects,
            },
            request.Token,
            context.CancellationToken
        );
        return new ListDeliveriesResponse { Deliveries = { page.Select(DeliveryMessages.From) }, Token = next ?? string.Empty };
    }

    private async Task<V1.Delivery> GetAsync(GetDeliveryRequest request, RpcContext context) =>
        DeliveryMessages.From(await ledger.GetAsync(request.Id, context.Caller.Projects, context.CancellationToken));

    private async Task<V1.Delivery> ReplayAsync(ReplayDeliveryRequest request, RpcContext context) =>
        DeliveryMessages.From(await ledger.ReplayAsync(request.Id, context.Caller.Projects, context.CancellationToken));

    private async Task<ReplayDeliveriesResponse> ReplayManyAsync(ReplayDeliveriesRequest request, RpcContext context)
    {
        var filter = request.Filter is { } asked ? DeliveryMessages.Query(asked) : null;
        var summary = await ledger.ReplayAsync(request.Ids, filter, context.Caller.Projects, context.CancellationToken);
        return new ReplayDeliveriesResponse
        {
            Replayed = { summary.Replayed },
            Skipped = { summary.Skipped },
            More = summary.More,
        };
    }

    private async Task<ExplainExecutionResponse> ExplainAsync(ExplainExecutionRequest request, RpcContext context)
    {
        if (request.Id is not { Project.Length: > 0, Domain.Length: > 0, Name.Length: > 0 } id)
            throw new RpcException(StatusCode.InvalidArgument, "id needs project, domain and name");
        return DeliveryMessages.From(await ledger.ExplainAsync(ExecutionKey.From(id), context.CancellationToken));
    }
}
