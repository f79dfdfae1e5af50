namespace Transponder.Server.Security;

/// <summary>One cluster under <c>auth.serviceAccounts</c>: whose tokens of service accounts are believed, and what their namespaces stand for.</summary>
public sealed record ServiceAccountOptions
{
    /// <summary>How the cluster is called.</summary>
    public required string Name { get; init; }

    /// <summary>The issuer, its keys and the audience.</summary>
    public required OidcOptions Issuer { get; init; }

    /// <summary>How a namespace is made of project and domain.</summary>
    public required NamespaceTemplate Namespaces { get; init; }

    /// <summary>The domains that a namespace may stand for.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>Which executions a pod may speak for.</summary>
    public WorkloadBinding Binding { get; init; }
}
