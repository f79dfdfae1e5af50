using Transponder.Core.Events;
using Transponder.Server.Wire;
using Transponder.V1;

namespace Transponder.Server.Services;

/// <summary>The API of the event log.</summary>
internal sealed class EventLogService(EventLog log)
{
    /// <summary>Serves the API.</summary>
    public void Register(RpcServices services) =>
        services
            .Add(EventsReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("EventService"))
            .Unary<ListEventsRequest, ListEventsResponse>("ListEvents", ListAsync);

    private async Task<ListEventsResponse> ListAsync(ListEventsRequest request, RpcContext context)
    {
        var search = EventMessages.Search(request) with { Projects = context.Caller.Projects };
        var (page, next) = await log.SearchAsync(search, context.CancellationToken);
        return new ListEventsResponse
        {
            Events = { page.Select(one => EventMessages.From(one, request.WithRequest)) },
            Token = next ?? string.Empty,
        };
    }
}
