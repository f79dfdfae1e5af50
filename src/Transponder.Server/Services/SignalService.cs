using Flyteidl.Admin;
using Transponder.Core.Executions;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>Flyte's SignalService: what executions wait for, and the values that people give.</summary>
internal sealed class SignalService(SignalRegistry signals)
{
    public void AddTo(RpcServices services) =>
        services
            .Add(Flyteidl.Service.SignalReflection.Descriptor.Services[0])
            .Unary<SignalGetOrCreateRequest, Signal>(
                "GetOrCreateSignal",
                (request, context) => signals.GetOrCreateAsync(request, context.CancellationToken)
            )
            .Unary<SignalListRequest, SignalList>(
                "ListSignals",
                (request, context) => signals.ListAsync(request, context.CancellationToken)
            )
            .Unary<SignalSetRequest, SignalSetResponse>(
                "SetSignal",
                (request, context) => signals.SetAsync(request, context.CancellationToken)
            );
}
