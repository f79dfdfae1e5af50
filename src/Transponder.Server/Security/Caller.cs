using Flyteidl.Service;
using Transponder.Core.Delivery;
using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>
/// Who calls, and what it may see and do. A handler gets the caller as its method's rule narrows it: <see cref="Projects"/> are those in which the
/// caller may do what the method does.
/// </summary>
internal sealed class Caller
{
    private readonly IReadOnlyList<Grant> grants;
    private readonly Caller?[] narrowed = new Caller?[32];
    private Caller? speaking;

    private Caller(string name, IReadOnlyList<Grant> grants)
    {
        Name = name;
        this.grants = grants;
        foreach (var grant in grants)
            Roles |= grant.Roles;
        Projects = grants.Any(grant => grant.Projects is null)
            ? null
            : grants.SelectMany(grant => grant.Projects!).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The caller of a server without authentication: it may do everything.</summary>
    public static Caller Anyone { get; } = Of("", new Grant(Roles.Admin, null));

    /// <summary>As <see cref="Anyone"/>, and what stands in front of the server may say who is behind the call.</summary>
    public static Caller AnyoneForwarded { get; } = Anyone.SpeakingForOthers();

    /// <summary>A call without credentials where they are needed.</summary>
    public static Caller Nobody { get; } = Refused(new RpcException(StatusCode.Unauthenticated, "the call carries no bearer token"));

    /// <summary>The caller's name as events, executions and logs record it; empty when nobody says.</summary>
    public string Name { get; }

    /// <summary>All roles of the caller.</summary>
    public Roles Roles { get; }

    /// <summary>The projects that the caller is confined to; null = all.</summary>
    public IReadOnlySet<string>? Projects { get; }

    /// <summary>Why the credentials do not count, or that there are none; null for a caller that is known.</summary>
    public RpcException? Refusal { get; private init; }

    /// <summary>Whether <c>X-Forwarded-User</c> of the call names who is behind it.</summary>
    public bool SpeaksForOthers { get; private init; }

    /// <summary>What the token says about its holder; null when it says nothing.</summary>
    public UserInfoResponse? User { get; private init; }

    /// <summary>The pod's place, by its service account's token; null for every other caller.</summary>
    public Workload? Workload { get; private init; }

    /// <summary>A pod, by its service account's token: it sends messages of its project, and nothing else.</summary>
    public static Caller Of(string name, Workload workload) =>
        new(name, [new Grant(Roles.Notifier, new HashSet<string>(StringComparer.Ordinal) { workload.Project })]) { Workload = workload };

    /// <summary>A known caller.</summary>
    public static Caller Of(string name, params IReadOnlyList<Grant> grants) => new(name, grants);

    /// <summary>A known caller of whom more is known.</summary>
    public static Caller Of(string name, UserInfoResponse user, IReadOnlyList<Grant> grants) => new(name, grants) { User = user };

    /// <summary>A caller that is turned away wherever one is asked for.</summary>
    public static Caller Refused(RpcException refusal) => new("", []) { Refusal = refusal };

    /// <summary>Whether nobody is asked who calls, so that no rule holds.</summary>
    public bool IsAnyone => ReferenceEquals(this, Anyone) || ReferenceEquals(this, AnyoneForwarded);

    /// <summary>Whether what belongs to a project may be shown to the caller.</summary>
    /// <param name="project">The project's id.</param>
    public bool Sees(string project) => Projects is null || Projects.Contains(project);

    /// <summary>Whether a channel is open to one of the caller's projects.</summary>
    public bool MayKnow(Channel channel) => Projects is null || channel.Projects is null || channel.Projects.Overlaps(Projects);

    /// <summary>Whether the same projects are open to both.</summary>
    public bool SeesTheSameAs(Caller other) =>
        Projects is null || other.Projects is null ? Projects is null && other.Projects is null : Projects.SetEquals(other.Projects);

    /// <summary>The same caller, whose word is taken for who is behind the call.</summary>
    public Caller SpeakingForOthers() =>
        speaking ??= new(Name, grants)
        {
            Refusal = Refusal,
            User = User,
            Workload = Workload,
            SpeaksForOthers = true,
        };

    /// <summary>This caller with only those of its grants that hold one of the roles; null when none does.</summary>
    public Caller? With(Roles allowed)
    {
        if ((Roles & allowed) == 0)
            return null;
        return narrowed[(int)allowed] ??= grants.All(grant => (grant.Roles & allowed) != 0)
            ? this
            : new Caller(Name, [.. grants.Where(grant => (grant.Roles & allowed) != 0)])
            {
                User = User,
                Workload = Workload,
                SpeaksForOthers = SpeaksForOthers,
            };
    }
}
