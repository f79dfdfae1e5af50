using System.Globalization;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Protocol;

namespace Transponder.Core.Data;

/// <summary>
/// Flyte's name for what an execution read and wrote: <c>flyte://v1/project/domain/execution/node/[attempt/]i|o|d[/name]</c>.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Attempt">The task's attempt; null = the node itself.</param>
/// <param name="Kind">i for inputs, o for outputs, d for the deck.</param>
/// <param name="Name">One of the inputs or outputs; null = all.</param>
public sealed record FlyteUrl(NodeExecutionIdentifier Node, uint? Attempt, char Kind, string? Name)
{
    private const string Prefix = "flyte://v1/";
    private const int Shortest = 5;

    /// <summary>Reads a URL; what is none is INVALID_ARGUMENT.</summary>
    /// <param name="text">The URL.</param>
    public static FlyteUrl Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            throw IdentifierRules.Missing("flyte_url");
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split('/') : [];
        if (parts.Length < Shortest || parts.Contains(""))
            throw Invalid(text);
        uint? attempt = null;
        var at = Shortest - 1;
        if (uint.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            (attempt, at) = (number, at + 1);
        if (at >= parts.Length || parts[at] is not ("i" or "o" or "d") || parts.Length > at + 2)
            throw Invalid(text);
        var name = parts.Length == at + 2 ? parts[at + 1] : null;
        if (parts[at] == "d" && (name is not null || attempt is not null))
            throw IdentifierRules.Invalid($"{text}: a deck belongs to a node, without attempt and name");
        return new FlyteUrl(
            new NodeExecutionIdentifier
            {
                NodeId = parts[3],
                ExecutionId = new WorkflowExecutionIdentifier
                {
                    Project = parts[0],
                    Domain = parts[1],
                    Name = parts[2],
                },
            },
            attempt,
            parts[at][0],
            name
        );
    }

    private static RpcException Invalid(string text) =>
        IdentifierRules.Invalid($"\"{text}\" is not a URL such as flyte://v1/project/domain/execution/node/0/o/name");
}
