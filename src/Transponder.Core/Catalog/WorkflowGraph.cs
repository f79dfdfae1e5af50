using Flyteidl.Core;

namespace Transponder.Core.Catalog;

/// <summary>
/// One workflow's graph while it is compiled. A node without a predecessor follows the start node, one without a successor precedes the end node,
/// and the nodes inside a branch are renamed <c>branch-inner</c> and know what they depend on, without being anybody's successors.
/// </summary>
internal sealed class WorkflowGraph
{
    public const string StartNode = "start-node";
    public const string EndNode = "end-node";

    private readonly WorkflowTemplate template;
    private readonly NodeInterfaces interfaces;
    private readonly Dictionary<string, Node> nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> upstream = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> downstream = new(StringComparer.Ordinal);

    private WorkflowGraph(WorkflowTemplate template, NodeInterfaces interfaces)
    {
        this.template = template;
        this.interfaces = interfaces;
    }

    /// <summary>Completes a template in place and connects its nodes.</summary>
    public static CompiledWorkflow Build(WorkflowTemplate template, NodeInterfaces interfaces)
    {
        var graph = new WorkflowGraph(template, interfaces);
        graph.AddNodes();
        graph.Connect();
        graph.RefuseCycles();
        return new CompiledWorkflow { Template = template, Connections = graph.Connections() };
    }

    private void AddNodes()
    {
        template.Interface ??= new TypedInterface();
        var own = template.Nodes.Where(n => n.Id is not (StartNode or EndNode)).ToList();
        if (own.Count == 0)
            throw IdentifierRules.Invalid($"workflow {template.Id.Name} has no nodes");
        foreach (var node in own)
        {
            if (node.Id.Length == 0)
                throw IdentifierRules.Invalid($"workflow {template.Id.Name}: a node has no id");
            IdentifierRules.CheckText(node.Id, "a node's id");
            if (!nodes.TryAdd(node.Id, node))
                throw IdentifierRules.Invalid($"workflow {template.Id.Name}: two nodes have the id {node.Id}");
            interfaces.CheckTarget(node);
        }
        var end = new Node { Id = EndNode };
        end.Inputs.AddRange(template.Outputs.Select(b => b.Clone()));
        nodes[StartNode] = new Node { Id = StartNode };
        nodes[EndNode] = end;
        template.Nodes.Clear();
        template.Nodes.Add([nodes[StartNode], end, .. own]);
    }

    private void Connect()
    {
        var own = template.Nodes.Skip(2).ToList();
        foreach (var node in own)
            ConnectNode(node, both: true);
        BindingCheck.Check(EndNode, nodes[EndNode].Inputs, WorkflowOutputs(), Resolve);
        foreach (var source in BindingCheck.Sources(nodes[EndNode].Inputs))
            Add(source, EndNode, both: true);
        if (template.FailureNode is { } failure)
        {
            interfaces.CheckTarget(failure);
            ConnectNode(failure, both: false);
        }
        foreach (var node in own)
        {
            if (!upstream.ContainsKey(node.Id))
                Add(StartNode, node.Id, both: true);
            if (!downstream.ContainsKey(node.Id))
                Add(node.Id, EndNode, both: true);
        }
    }

    private void ConnectNode(Node node, bool both)
    {
        var sorted = node.UpstreamNodeIds.Order(StringComparer.Ordinal).ToList();
        node.UpstreamNodeIds.Clear();
        node.UpstreamNodeIds.AddRange(sorted);
        foreach (var id in sorted)
        {
            if (id.Length > 0 && !nodes.ContainsKey(id))
                throw IdentifierRules.Invalid($"node {node.Id} names {id} as upstream, and there is no such node");
            if (both)
                Add(id, node.Id, both);
        }
        BindingCheck.Check(node.Id, node.Inputs, interfaces.InputsOf(node), Resolve);
        foreach (var source in BindingCheck.Sources(node.Inputs))
            Add(source, node.Id, both);
        if (node.TargetCase == Node.TargetOneofCase.BranchNode)
            ConnectBranches(node);
    }

    private void ConnectBranches(Node branch)
    {
        foreach (var inner in WorkflowReferences.BranchesOf(branch.BranchNode))
        {
            inner.Id = $"{branch.Id}-{inner.Id}";
            interfaces.CheckTarget(inner);
            ConnectNode(inner, both: false);
        }
    }

    private IReadOnlyDictionary<string, LiteralType?>? Resolve(string node, string user)
    {
        if (!nodes.TryGetValue(node, out var source) || node == EndNode)
            throw IdentifierRules.Invalid($"node {user} takes an input from node {node}, and there is no such node");
        return node == StartNode
            ? (template.Interface.Inputs?.Variables ?? []).ToDictionary(v => v.Key, v => (LiteralType?)v.Value.Type)
            : interfaces.OutputsOf(source);
    }

    private Dictionary<string, InputOf> WorkflowOutputs() =>
        (template.Interface.Outputs?.Variables ?? []).ToDictionary(
            v => v.Key,
            v => new InputOf(v.Value.Type, !LiteralTypes.IsOptional(v.Value.Type))
        );

    private void Add(string from, string to, bool both)
    {
        var source = from.Length == 0 ? StartNode : from;
        Ids(upstream, to).Add(source);
        if (both)
            Ids(downstream, source).Add(to);
    }

    private static SortedSet<string> Ids(SortedDictionary<string, SortedSet<string>> map, string node)
    {
        if (!map.TryGetValue(node, out var ids))
            map[node] = ids = new SortedSet<string>(StringComparer.Ordinal);
        return ids;
    }

    private void RefuseCycles()
    {
        var waiting = downstream.Values.SelectMany(ids => ids).GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        var ready = new Queue<string>(nodes.Keys.Where(id => !waiting.ContainsKey(id)));
        while (ready.TryDequeue(out var id))
        {
            foreach (var next in downstream.GetValueOrDefault(id) ?? [])
            {
                if (--waiting[next] == 0)
                    ready.Enqueue(next);
            }
        }
        var stuck = waiting.Where(w => w.Value > 0 && w.Key != EndNode).Select(w => w.Key).Order(StringComparer.Ordinal).ToList();
        if (stuck.Count > 0)
            throw IdentifierRules.Invalid($"workflow {template.Id.Name} has a cycle: {string.Join(", ", stuck)} wait for one another");
    }

    private ConnectionSet Connections()
    {
        var connections = new ConnectionSet();
        foreach (var (id, ids) in downstream)
            connections.Downstream[id] = new ConnectionSet.Types.IdList { Ids = { ids } };
        foreach (var (id, ids) in upstream)
            connections.Upstream[id] = new ConnectionSet.Types.IdList { Ids = { ids } };
        return connections;
    }
}
