using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Store;
using Transponder.Protocol;
using NodeExecution = Flyteidl.Admin.NodeExecution;

namespace Transponder.Core.Executions;

/// <summary>
/// Where an execution's time went: a tree of spans over its nodes, attempts and child executions, with what passed between them. A workflow that is
/// not registered here costs only the transitions between nodes.
/// </summary>
public sealed class ExecutionMetrics
{
    private const int Deepest = 40;
    private const string StartNode = "start-node";
    private const string EndNode = "end-node";

    private readonly IExecutionStore store;
    private readonly WorkflowRegistry workflows;

    /// <summary>Makes the metrics.</summary>
    /// <param name="store">Where executions are kept.</param>
    /// <param name="workflows">What they run.</param>
    public ExecutionMetrics(IExecutionStore store, WorkflowRegistry workflows)
    {
        this.store = store;
        this.workflows = workflows;
    }

    /// <summary>The spans of an execution, down to a depth; a negative depth means all.</summary>
    /// <param name="request">Which.</param>
    /// <param name="sees">Whether child executions of a project may be shown.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<WorkflowExecutionGetMetricsResponse> GetAsync(
        WorkflowExecutionGetMetricsRequest request,
        Func<string, bool> sees,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var key = ExecutionKey.From(request.Id);
        var depth = request.Depth is < 0 or > Deepest ? Deepest : request.Depth;
        var walk = new Walk(this, sees, cancellationToken);
        return new WorkflowExecutionGetMetricsResponse
        {
            Span = await walk.ExecutionAsync(key, depth) ?? throw IdentifierRules.NotFound("execution", key),
        };
    }

    // Older producers name a node only once.
    private static string SpecId(NodeExecution node) =>
        node.Metadata is { SpecNodeId.Length: > 0 } metadata ? metadata.SpecNodeId : node.Id.NodeId;

    private async Task<ExecutionTimeline?> LoadAsync(ExecutionKey key, bool whole, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken) is not { } record)
            return null;
        return whole
            ? new ExecutionTimeline(
                record,
                await store.ListNodesAsync(key, cancellationToken),
                await store.ListTasksAsync(key, null, cancellationToken)
            )
            : new ExecutionTimeline(record, [], []);
    }

    private async Task<WorkflowShape> ShapeAsync(Identifier? id, CancellationToken cancellationToken)
    {
        if (id is null)
            return WorkflowShape.Unknown;
        try
        {
            var workflow = await workflows.GetAsync(new ObjectGetRequest { Id = id }, cancellationToken);
            return WorkflowShape.Of(workflow.Closure.CompiledWorkflow);
        }
        catch (RpcException missing) when (missing.Code == StatusCode.NotFound)
        {
            return WorkflowShape.Unknown;
        }
    }

    private async Task<WorkflowShape> ShapeBelowAsync(NodeExecution node, WorkflowShape shape, CancellationToken cancellationToken) =>
        await store.GetNodeWorkflowAsync(NodeKey.From(node.Id), cancellationToken) is { } dynamic
            ? WorkflowShape.Of(CompiledWorkflowClosure.Parser.ParseFrom(dynamic))
            : shape.Below(SpecId(node));

    // Each execution is entered once, whatever its nodes claim to have launched.
    private sealed class Walk(ExecutionMetrics metrics, Func<string, bool> sees, CancellationToken cancellationToken)
    {
        private readonly HashSet<ExecutionKey> entered = [];

        public async Task<Span?> ExecutionAsync(ExecutionKey key, int depth)
        {
            if (!sees(key.Project) || !entered.Add(key) || await metrics.LoadAsync(key, depth != 0, cancellationToken) is not { } timeline)
                return null;
            var closure = timeline.Closure;
            var span = new Span
            {
                WorkflowId = timeline.Id,
                StartTime = closure.CreatedAt,
                EndTime = closure.UpdatedAt,
            };
            if (depth == 0)
                return span;
            var top = timeline.Top;
            span.Spans.Add(SpanBuilder.Operation(SpanBuilder.WorkflowSetup, closure.CreatedAt, Begin(top) ?? closure.UpdatedAt));
            var shape = await metrics.ShapeAsync(closure.WorkflowId, cancellationToken);
            await NodesAsync(span, timeline, top, shape, depth - 1);
            span.Spans.AddIfForward(SpanBuilder.WorkflowTeardown, Last(top, shape.Upstream(EndNode))?.Closure.UpdatedAt, closure.UpdatedAt);
            return span;
        }

        private async Task NodesAsync(
            Span parent,
            ExecutionTimeline timeline,
            IReadOnlyList<NodeExecution> nodes,
            WorkflowShape shape,
            int depth
        )
        {
            foreach (var node in nodes.Where(node => SpecId(node) is not (StartNode or EndNode)))
            {
                var span = new Span
                {
                    NodeId = node.Id,
                    StartTime = node.Closure.CreatedAt,
                    EndTime = node.Closure.UpdatedAt,
                };
                if (shape.Upstream(SpecId(node)) is { } upstream)
                    span.Spans.AddIfForward(SpanBuilder.NodeTransition, Last(nodes, upstream)?.Closure.UpdatedAt, node.Closure.CreatedAt);
                if (depth != 0)
                    await NodeAsync(span, timeline, node, shape, depth - 1);
                parent.Spans.Add(span);
            }
        }

        private async Task NodeAsync(Span span, ExecutionTimeline timeline, NodeExecution node, WorkflowShape shape, int depth)
        {
            var closure = node.Closure;
            var attempts = timeline.Attempts(node);
            var below = timeline.Below(node);
            if (
                closure.WorkflowNodeMetadata?.ExecutionId is { } child
                && await ExecutionAsync(ExecutionKey.From(child), depth) is { } launched
            )
            {
                span.Spans.Add(SpanBuilder.Operation(SpanBuilder.NodeSetup, closure.CreatedAt, launched.StartTime));
                span.Spans.Add(launched);
                span.Spans.AddIfForward(SpanBuilder.NodeTeardown, launched.EndTime, closure.UpdatedAt);
                return;
            }
            if (shape.IsGate(SpecId(node)))
            {
                span.Spans.AddRange(SpanBuilder.Gate(node));
                return;
            }

            var first = attempts.Count > 0 ? attempts[0].Closure.CreatedAt : Begin(below);
            span.Spans.Add(SpanBuilder.Operation(SpanBuilder.NodeSetup, closure.CreatedAt, first ?? closure.UpdatedAt));
            for (var i = 0; i < attempts.Count; i++)
            {
                if (i > 0)
                    span.Spans.Add(
                        SpanBuilder.Operation(SpanBuilder.NodeReset, attempts[i - 1].Closure.UpdatedAt, attempts[i].Closure.CreatedAt)
                    );
                if (depth != 0)
                    span.Spans.Add(SpanBuilder.Of(attempts[i]));
            }
            var ended = attempts.Count > 0 ? attempts[^1].Closure.UpdatedAt : null;
            if (below.Count > 0)
            {
                if (attempts.Count > 0)
                    span.Spans.AddIfForward(SpanBuilder.NodeReset, ended, Begin(below));
                var inner = await metrics.ShapeBelowAsync(node, shape, cancellationToken);
                await NodesAsync(span, timeline, below, inner, depth);
                ended = Last(below, inner.Upstream(EndNode))?.Closure.UpdatedAt;
            }
            span.Spans.AddIfForward(SpanBuilder.NodeTeardown, ended, closure.UpdatedAt);
        }

        // The start node ends when the first real one may begin; not every producer reports it.
        private static Google.Protobuf.WellKnownTypes.Timestamp? Begin(IReadOnlyList<NodeExecution> nodes) =>
            nodes.FirstOrDefault(node => SpecId(node) == StartNode)?.Closure.UpdatedAt
            ?? (nodes.Count > 0 ? nodes[0].Closure.CreatedAt : null);

        private static NodeExecution? Last(IEnumerable<NodeExecution> nodes, IReadOnlyList<string>? specNodeIds) =>
            nodes
                .Where(node => specNodeIds?.Contains(SpecId(node)) ?? SpecId(node) is not (StartNode or EndNode))
                .MaxBy(node => node.Closure.UpdatedAt?.ToDateTimeOffset());
    }
}
