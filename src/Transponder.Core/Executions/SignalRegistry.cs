using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;
using Transponder.Core.Store;

namespace Transponder.Core.Executions;

/// <summary>Signals: what an execution waits for, of which type, and the values that people gave. A value may be given anew until it is read.</summary>
public sealed class SignalRegistry
{
    private static readonly ListFields<SignalColumn> Fields = new ListFields<SignalColumn>("signals", "signal")
        .Add("signal_id", SignalColumn.SignalId)
        .Add("created_at", SignalColumn.CreatedAt, FieldValue.Moment)
        .Add("updated_at", SignalColumn.UpdatedAt, FieldValue.Moment);

    private static readonly RowList<SignalRecord, SignalColumn> Rows = new(Value, signal => signal.Key.SignalId);

    private readonly ISignalStore signals;
    private readonly TimeProvider time;

    /// <summary>Makes a registry.</summary>
    /// <param name="signals">Where signals are kept.</param>
    /// <param name="time">The time.</param>
    public SignalRegistry(ISignalStore signals, TimeProvider time)
    {
        this.signals = signals;
        this.time = time;
    }

    private enum SignalColumn
    {
        SignalId,
        CreatedAt,
        UpdatedAt,
    }

    /// <summary>The signal of that name, made with the type that is asked for if there is none yet.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<Signal> GetOrCreateAsync(SignalGetOrCreateRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request.Id);
        if (request.Type is null or { TypeCase: LiteralType.TypeOneofCase.None })
            throw IdentifierRules.Missing("type");
        ValueRanges.Check(request.Type, "type");
        var signal = await signals.GetOrAddAsync(key, request.Type.ToByteArray(), time.GetUtcNow(), cancellationToken);
        return Present(signal ?? throw IdentifierRules.NotFound("execution", key.Execution));
    }

    /// <summary>A page of an execution's signals.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<SignalList> ListAsync(SignalListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.WorkflowExecutionId, "workflow_execution_id");
        var filters = Fields.Filters(request.Filters);
        var sort = Fields.Sort(request.SortBy, new ListSort<SignalColumn>(SignalColumn.CreatedAt, Descending: false));
        var page = ListPage.Of(request.Limit, request.Token);
        var stored = await signals.ListAsync(ExecutionKey.From(request.WorkflowExecutionId), cancellationToken);
        var list = new SignalList { Signals = { Rows.Page(stored, filters, sort, page).Select(Present) } };
        list.Token = page.Next(list.Signals.Count);
        return list;
    }

    /// <summary>Gives a signal its value, which must fit the type that it was made with.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<SignalSetResponse> SetAsync(SignalSetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request.Id);
        if (request.Value is null)
            throw IdentifierRules.Missing("value");
        ValueRanges.Check(request.Value, "value");
        var known = await signals.ListAsync(key.Execution, cancellationToken);
        var signal =
            known.SingleOrDefault(one => one.Key == key)
            ?? throw IdentifierRules.Invalid($"signal {key} does not exist: the execution has not asked for it yet");
        var expected = LiteralType.Parser.ParseFrom(signal.Type);
        var given = LiteralTypes.Of(request.Value);
        if (given is null || !LiteralTypes.Fits(given, expected))
            throw IdentifierRules.Invalid(
                $"requested signal value of type {LiteralTypes.Describe(given)} is not castable to the signal's type {LiteralTypes.Describe(expected)}"
            );
        await signals.SetAsync(key, request.Value.ToByteArray(), time.GetUtcNow(), cancellationToken);
        return new SignalSetResponse();
    }

    private static SignalKey Key(SignalIdentifier? id)
    {
        if (id is null)
            throw IdentifierRules.Missing("id");
        IdentifierRules.Require(id.ExecutionId, "id.execution_id");
        IdentifierRules.Require(id.SignalId, "id.signal_id");
        return SignalKey.From(id);
    }

    private static object? Value(SignalRecord signal, SignalColumn column) =>
        column switch
        {
            SignalColumn.SignalId => signal.Key.SignalId,
            SignalColumn.CreatedAt => signal.CreatedAt,
            SignalColumn.UpdatedAt => signal.UpdatedAt,
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };

    private static Signal Present(SignalRecord signal) =>
        new()
        {
            Id = signal.Key.ToIdentifier(),
            Type = LiteralType.Parser.ParseFrom(signal.Type),
            Value = signal.Value is null ? null : Literal.Parser.ParseFrom(signal.Value),
        };
}
