using Grpc.Health.V1;
using Transponder.Protocol;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Transponder.Server.Wire.Health;

/// <summary><c>grpc.health.v1.Health</c> over a <see cref="HealthState"/>.</summary>
internal sealed class HealthService(HealthState state)
{
    public void AddTo(RpcServices services) =>
        services
            .Add(HealthReflection.Descriptor.Services[0])
            .Unary<HealthCheckRequest, HealthCheckResponse>("Check", Check)
            .Unary<HealthListRequest, HealthListResponse>("List", List)
            .ServerStreaming<HealthCheckRequest, HealthCheckResponse>("Watch", Watch);

    private Task<HealthCheckResponse> Check(HealthCheckRequest request, RpcContext context) =>
        state.IsServing(request.Service) is { } serving
            ? Task.FromResult(Reply(serving))
            : throw new RpcException(StatusCode.NotFound, $"unknown service {request.Service}");

    private Task<HealthListResponse> List(HealthListRequest request, RpcContext context)
    {
        var response = new HealthListResponse();
        foreach (var (service, serving) in state.Snapshot())
        {
            response.Statuses[service] = Reply(serving);
        }

        return Task.FromResult(response);
    }

    private async Task Watch(HealthCheckRequest request, RpcContext context, Func<HealthCheckResponse, Task> write)
    {
        HealthCheckResponse? last = null;
        while (true)
        {
            var change = state.NextChange();
            var now = Reply(state.IsServing(request.Service));
            if (!now.Equals(last))
            {
                await write(now).ConfigureAwait(false);
                last = now;
            }

            await change.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static HealthCheckResponse Reply(bool? serving) =>
        new()
        {
            Status = serving switch
            {
                true => ServingStatus.Serving,
                false => ServingStatus.NotServing,
                null => ServingStatus.ServiceUnknown,
            },
        };
}
