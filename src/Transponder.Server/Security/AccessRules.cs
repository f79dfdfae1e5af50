using Google.Protobuf;

namespace Transponder.Server.Security;

/// <summary>The rule of every method, by its path. A method that is missing here is closed to everybody.</summary>
internal sealed class AccessRules
{
    /// <summary>Each role reads.</summary>
    public const Roles Reads = Roles.Viewer | Roles.Producer | Roles.Operator | Roles.Admin;

    /// <summary>Makes things and reports on them.</summary>
    public const Roles Produces = Roles.Producer | Roles.Admin;

    /// <summary>Changes what became of things.</summary>
    public const Roles Operates = Roles.Operator | Roles.Admin;

    /// <summary>Runs executions and launch plans to their end: whoever makes them, and whoever looks after them.</summary>
    public const Roles Runs = Produces | Operates;

    /// <summary>Changes what holds for all.</summary>
    public const Roles Administers = Roles.Admin;

    private readonly Dictionary<string, AccessRule> rules = new(StringComparer.Ordinal);
    private string service = "";

    /// <summary>A table without a rule.</summary>
    internal AccessRules() { }

    /// <summary>All rules.</summary>
    public static AccessRules All { get; } = Make();

    /// <summary>The rule of a method, by its path <c>/package.Service/Method</c>.</summary>
    public AccessRule Of(string path) => rules.GetValueOrDefault(path, AccessRule.Closed);

    /// <summary>Whether somebody has thought of the method.</summary>
    public bool Has(string path) => rules.ContainsKey(path);

    /// <summary>The methods that follow are this service's.</summary>
    public AccessRules Service(string fullName)
    {
        service = fullName;
        return this;
    }

    /// <summary>Methods that are open to everybody.</summary>
    public AccessRules Open(params ReadOnlySpan<string> methods) => AddAll(AccessRule.Open, methods);

    /// <summary>Methods that are open to every known caller.</summary>
    public AccessRules Known(params ReadOnlySpan<string> methods) => AddAll(AccessRule.Known, methods);

    /// <summary>Methods of no project, or whose handlers keep to the caller's projects.</summary>
    public AccessRules Allow(Roles roles, params ReadOnlySpan<string> methods) => AddAll(AccessRule.For(roles), methods);

    /// <summary>Methods that concern the server as a whole.</summary>
    public AccessRules AllowWholeServer(Roles roles, params ReadOnlySpan<string> methods) =>
        AddAll(AccessRule.ForWholeServer(roles), methods);

    /// <summary>A method whose request names the projects that it concerns.</summary>
    public AccessRules Allow<TRequest>(Roles roles, string method, Action<TRequest, ProjectGate> projects)
        where TRequest : IMessage
    {
        rules.Add($"/{service}/{method}", AccessRule.For(roles, projects));
        return this;
    }

    private AccessRules AddAll(AccessRule rule, ReadOnlySpan<string> methods)
    {
        foreach (var method in methods)
            rules.Add($"/{service}/{method}", rule);
        return this;
    }

    private static AccessRules Make()
    {
        var rules = new AccessRules();
        CatalogAccess.AddTo(rules);
        AttributeAccess.AddTo(rules);
        ExecutionAccess.AddTo(rules);
        DataAccess.AddTo(rules);
        DeliveryAccess.AddTo(rules);
        NotifyAccess.AddTo(rules);
        ServerAccess.AddTo(rules);
        return rules;
    }
}
