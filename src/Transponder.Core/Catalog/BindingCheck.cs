using Flyteidl.Core;

namespace Transponder.Core.Catalog;

/// <summary>Whether a node's bindings name what exists, once each, and in a type that fits.</summary>
internal static class BindingCheck
{
    /// <summary>
    /// Throws <see cref="Protocol.StatusCode.InvalidArgument"/> naming the node and the variable. A promise that names no node gets the start node's
    /// name, as clients expect it in a compiled workflow.
    /// </summary>
    /// <param name="node">The node's id.</param>
    /// <param name="bindings">Its bindings.</param>
    /// <param name="inputs">What it takes; null when that follows from the bindings.</param>
    /// <param name="outputsOf">What another node gives, from its id and the asking node's; null when that cannot be told.</param>
    public static void Check(
        string node,
        IEnumerable<Binding> bindings,
        IReadOnlyDictionary<string, InputOf>? inputs,
        Func<string, string, IReadOnlyDictionary<string, LiteralType?>?> outputsOf
    )
    {
        var bound = new HashSet<string>(StringComparer.Ordinal);
        foreach (var binding in bindings)
        {
            if (!bound.Add(binding.Var))
                throw IdentifierRules.Invalid($"node {node}: input {binding.Var} is bound more than once");
            if (binding.Binding_ is null)
                throw IdentifierRules.Invalid($"node {node}: input {binding.Var} has no binding");
            InputOf? input = null;
            if (inputs is not null && !inputs.TryGetValue(binding.Var, out input))
                throw IdentifierRules.Invalid($"node {node}: {binding.Var} is bound, but it takes no such input");
            CheckData(node, binding.Var, binding.Binding_, input?.Type, outputsOf);
        }
        foreach (var (name, input) in inputs ?? new Dictionary<string, InputOf>())
        {
            if (input.Required && !bound.Contains(name))
                throw IdentifierRules.Invalid($"node {node}: input {name} is not bound");
        }
    }

    /// <summary>The nodes whose outputs a set of bindings takes, after <see cref="Check"/>.</summary>
    /// <param name="bindings">The bindings.</param>
    public static IEnumerable<string> Sources(IEnumerable<Binding> bindings) =>
        bindings.SelectMany(b => Promises(b.Binding_)).Select(p => p.NodeId);

    private static IEnumerable<OutputReference> Promises(BindingData data) =>
        data.ValueCase switch
        {
            BindingData.ValueOneofCase.Promise => [data.Promise],
            BindingData.ValueOneofCase.Collection => data.Collection.Bindings.SelectMany(Promises),
            BindingData.ValueOneofCase.Map => data.Map.Bindings.Values.SelectMany(Promises),
            _ => [],
        };

    private static void CheckData(
        string node,
        string variable,
        BindingData data,
        LiteralType? expected,
        Func<string, string, IReadOnlyDictionary<string, LiteralType?>?> outputsOf
    )
    {
        switch (data.ValueCase)
        {
            case BindingData.ValueOneofCase.Promise:
                CheckPromise(node, variable, data.Promise, expected, outputsOf);
                break;
            case BindingData.ValueOneofCase.Scalar:
                if (expected is not null && LiteralTypes.Of(data.Scalar) is { } type && !LiteralTypes.Fits(type, expected))
                    throw Mismatch(node, variable, type, expected);
                break;
            case BindingData.ValueOneofCase.Collection:
                foreach (var item in data.Collection.Bindings)
                    CheckData(node, variable, item, expected?.CollectionType, outputsOf);
                break;
            case BindingData.ValueOneofCase.Map:
                foreach (var item in data.Map.Bindings.Values)
                    CheckData(node, variable, item, expected?.MapValueType, outputsOf);
                break;
            case BindingData.ValueOneofCase.None:
                throw IdentifierRules.Invalid($"node {node}: the binding of {variable} has no value");
            default:
                break;
        }
    }

    private static void CheckPromise(
        string node,
        string variable,
        OutputReference promise,
        LiteralType? expected,
        Func<string, string, IReadOnlyDictionary<string, LiteralType?>?> outputsOf
    )
    {
        if (promise.NodeId.Length == 0)
            promise.NodeId = WorkflowGraph.StartNode;
        var outputs = outputsOf(promise.NodeId, node);
        if (outputs is null)
            return;
        var indexed = promise.Var.StartsWith('[');
        var name = indexed ? promise.Var[(promise.Var.IndexOf(']', StringComparison.Ordinal) + 1)..].TrimStart('.') : promise.Var;
        if (!outputs.TryGetValue(name, out var type))
            throw IdentifierRules.Invalid(
                $"node {node}: input {variable} takes {name} from node {promise.NodeId}, which gives no such output"
            );
        var plain = !indexed && promise.AttrPath.Count == 0;
        if (plain && type is not null && expected is not null && !LiteralTypes.Fits(type, expected))
            throw Mismatch(node, variable, type, expected);
    }

    private static Protocol.RpcException Mismatch(string node, string variable, LiteralType actual, LiteralType expected) =>
        IdentifierRules.Invalid(
            $"node {node}: input {variable} is a {LiteralTypes.Describe(expected)}, but it is bound to a {LiteralTypes.Describe(actual)}"
        );
}
