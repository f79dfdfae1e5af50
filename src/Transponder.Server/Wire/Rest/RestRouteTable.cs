namespace Transponder.Server.Wire.Rest;

/// <summary>Routes by path, segment for segment: a literal goes before a variable, a variable before the rest of the path.</summary>
internal sealed class RestRouteTable
{
    private readonly Node root = new();

    public RestRouteTable(RpcServices services)
    {
        foreach (var route in services.Methods.SelectMany(RestRoute.Of))
        {
            var node = root;
            foreach (var segment in route.Path.Segments)
            {
                node = node.Child(segment);
            }

            // The first service that claims a path keeps it.
            node.Routes.TryAdd(route.Verb, route);
        }
    }

    /// <summary>The route for a verb and path; <paramref name="pathKnown"/> says whether another verb would have had one.</summary>
    public RestRoute? Find(string verb, string[] path, out bool pathKnown)
    {
        pathKnown = false;
        return Find(root, verb, path, 0, ref pathKnown);
    }

    private static RestRoute? Find(Node node, string verb, string[] path, int depth, ref bool pathKnown)
    {
        if (depth == path.Length)
        {
            pathKnown |= node.Routes.Count > 0;
            return node.Routes.GetValueOrDefault(verb);
        }

        if (node.Literals.TryGetValue(path[depth], out var literal) && Find(literal, verb, path, depth + 1, ref pathKnown) is { } exact)
        {
            return exact;
        }

        if (path[depth].Length > 0 && node.One is not null && Find(node.One, verb, path, depth + 1, ref pathKnown) is { } one)
        {
            return one;
        }

        return node.Rest is null ? null : Find(node.Rest, verb, path, path.Length, ref pathKnown);
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, RestRoute> Routes { get; } = new(StringComparer.Ordinal);

        public Node? One { get; private set; }

        public Node? Rest { get; private set; }

        public Node Child(string segment)
        {
            switch (segment)
            {
                case PathTemplate.One:
                    return One ??= new Node();
                case PathTemplate.Rest:
                    return Rest ??= new Node();
                default:
                    if (!Literals.TryGetValue(segment, out var child))
                    {
                        Literals[segment] = child = new Node();
                    }

                    return child;
            }
        }
    }
}
