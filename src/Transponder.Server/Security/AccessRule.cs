using Google.Protobuf;
using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>Who may call one method, and which of the request's projects must be open to the caller.</summary>
internal sealed class AccessRule
{
    private readonly Roles allowed;
    private readonly bool wholeServer;
    private readonly Action<IMessage, ProjectGate>? projects;

    private AccessRule(Roles allowed, Action<IMessage, ProjectGate>? projects = null, bool wholeServer = false)
    {
        this.allowed = allowed;
        this.projects = projects;
        this.wholeServer = wholeServer;
    }

    /// <summary>Open to everybody.</summary>
    public static AccessRule Open { get; } = new(Roles.None);

    /// <summary>Open to every known caller, whatever its roles.</summary>
    public static AccessRule Known { get; } = new(Roles.None);

    /// <summary>Open to nobody: what a method without a rule gets.</summary>
    public static AccessRule Closed { get; } = new(Roles.None);

    /// <summary>Of no project, or confined by the handler to the caller's projects.</summary>
    public static AccessRule For(Roles allowed) => new(allowed);

    /// <summary>Concerns the server as a whole: the role must hold in all projects.</summary>
    public static AccessRule ForWholeServer(Roles allowed) => new(allowed, wholeServer: true);

    /// <summary>Concerns the projects that the request names.</summary>
    public static AccessRule For<TRequest>(Roles allowed, Action<TRequest, ProjectGate> projects)
        where TRequest : IMessage => new(allowed, (request, gate) => projects((TRequest)request, gate));

    /// <summary>Turns a caller away that may not call the method whatever the request says; answers the caller as the handler should see it.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="method">How a refusal calls the method.</param>
    public Caller Admit(Caller caller, string method)
    {
        if (ReferenceEquals(this, Open))
            return caller;
        if (caller.Refusal is { } refusal)
            throw new RpcException(refusal.Code, refusal.Message);
        if (ReferenceEquals(this, Known))
            return caller;
        var able = caller.With(allowed) ?? throw Denied(caller, method);
        return wholeServer && able.Projects is not null
            ? throw new RpcException(
                StatusCode.PermissionDenied,
                $"{method} concerns all projects: it needs the role {RoleNames.Of(allowed)} in all of them"
            )
            : able;
    }

    /// <summary>Turns a request away that names a project which is not open to its caller.</summary>
    /// <param name="caller">The caller as <see cref="Admit"/> answered it.</param>
    /// <param name="request">The request.</param>
    public void Check(Caller caller, IMessage request)
    {
        if (projects is not null && caller.Projects is { } own)
            projects(request, new ProjectGate(own));
    }

    private RpcException Denied(Caller caller, string method) =>
        new(
            StatusCode.PermissionDenied,
            ReferenceEquals(this, Closed)
                ? $"{method} has no access rule, so nobody may call it"
                : $"{method} needs the role {RoleNames.Of(allowed)}; the roles of {caller.Name}: {RoleNames.Of(caller.Roles, "and")}"
        );
}
