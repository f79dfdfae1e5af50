using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.Server.Sinks;
using Transponder.Server.Wire;
using Transponder.V1;

namespace Transponder.Server.Services;

/// <summary>How the sinks are, and what they refused, as the API says it.</summary>
internal sealed class SinkQueries(EventEgress egress, ILaneStore lanes)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    public async Task<ListSinksResponse> ListAsync(ListSinksRequest request, RpcContext context)
    {
        var statuses = (await egress.StatusAsync(context.CancellationToken)).ToDictionary(status => status.Name);
        return new ListSinksResponse
        {
            Sinks =
            {
                egress
                    .Sinks.OrderBy(sink => sink.Name, StringComparer.Ordinal)
                    .Select(sink => From(sink, statuses.GetValueOrDefault(sink.Name))),
            },
        };
    }

    public async Task<ListQuarantineResponse> QuarantineAsync(ListQuarantineRequest request, RpcContext context)
    {
        var before = Before(request.Token);
        var limit = request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage);
        var page = await lanes.QuarantineAsync(request.Sink.Length > 0 ? request.Sink : null, before, limit, context.CancellationToken);
        var seen = page.Select(From).Where(message => context.Caller.Sees(message.Execution.Project));
        return new ListQuarantineResponse
        {
            Messages = { seen },
            Token = page.Count == limit ? page[^1].Id.ToString(CultureInfo.InvariantCulture) : "",
        };
    }

    private static SinkSummary From(SinkOptions sink, SinkStatus? status)
    {
        var summary = new SinkSummary
        {
            Name = sink.Name,
            Type = sink.Type,
            Description = status?.Description ?? sink.Target,
            EventTypes = { sink.Filter.Kinds.Order().Select(kind => EventTypes.WordOf(kind)) },
            Format = FormatName(sink.Format),
        };
        if (status is null)
            return summary;
        summary.State = status.State == SinkState.Running ? SinkSummary.Types.State.Running : SinkSummary.Types.State.Waiting;
        summary.Since = status.Since.ToTimestamp();
        summary.Error = status.Error;
        summary.Lag = status.Lag;
        summary.Age = Duration.FromTimeSpan(status.Age);
        summary.Held = (uint)status.Held;
        summary.Quarantined = (ulong)status.Quarantined;
        summary.Lanes = (uint)status.Lanes;
        return summary;
    }

    private static QuarantinedMessage From(QuarantinedRecord record) =>
        new()
        {
            Id = record.Id,
            Sink = record.Sink,
            Position = record.Position,
            EventId = record.EventId.ToString(),
            Execution = Execution(record.OrderingKey),
            Reason = record.Reason,
            Payload = ByteString.CopyFrom(record.Payload),
            At = record.At.ToTimestamp(),
        };

    private static Flyteidl.Core.WorkflowExecutionIdentifier Execution(string key) =>
        key.Split('/', 3) is [var project, var domain, var name]
            ? new ExecutionKey(project, domain, name).ToIdentifier()
            : new Flyteidl.Core.WorkflowExecutionIdentifier { Name = key };

    private static string FormatName(EventFormatOptions format) =>
        format switch
        {
            { Form: EventForm.Raw } => "raw",
            { Compatibility: EventCompatibility.None } => $"cloudevents {format.Version.ToString().ToLowerInvariant()}",
            _ => $"cloudevents {format.Version.ToString().ToLowerInvariant()}, compat {format.Compatibility.ToString().ToLowerInvariant()}",
        };

    private static long Before(string token)
    {
        if (token.Length == 0)
            return 0;
        return long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? before
            : throw new RpcException(StatusCode.InvalidArgument, $"token {token} is not one that a list has answered");
    }
}
