using Flyteidl.Admin;

namespace Transponder.Core.Catalog;

/// <summary>What matchable attributes are set for: a kind of resource at one level.</summary>
/// <param name="Kind">The kind of resource.</param>
/// <param name="Project">The project; never empty.</param>
/// <param name="Domain">The domain; empty = the whole project.</param>
/// <param name="Workflow">The workflow's name; empty = the whole domain.</param>
public readonly record struct AttributesKey(MatchableResource Kind, string Project, string Domain = "", string Workflow = "")
{
    /// <summary><c>project/domain/workflow</c> as far as it goes, and the kind, for people.</summary>
    public override string ToString() =>
        $"{string.Join('/', new[] { Project, Domain, Workflow }.Where(part => part.Length > 0))} of resource type {Kind}";
}

/// <summary>Matchable attributes as stored.</summary>
/// <param name="Key">What they are set for.</param>
/// <param name="Body">The serialised <c>flyteidl.admin.MatchingAttributes</c>.</param>
public sealed record AttributesRecord(AttributesKey Key, byte[] Body);
