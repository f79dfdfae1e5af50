using System.Net;
using Google.Protobuf;
using Transponder.Protocol;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Rest;

namespace Transponder.Server.Security;

/// <summary>
/// Stands before every method of every service and every other endpoint: says who calls, and turns away who may not. Without authentication it
/// costs nothing but a look at the proxy's address where that matters.
/// </summary>
internal sealed class AccessGuard
{
    private readonly TimeProvider clock;
    private readonly AccessRules rules;
    private volatile Door door;

    /// <summary>Makes a guard.</summary>
    /// <param name="authenticator">Who knows callers; null = there is no authentication.</param>
    /// <param name="trustedProxies">From which addresses <c>X-Forwarded-User</c> is believed; none = from nowhere.</param>
    /// <param name="clock">Says when the callers of streams are looked at again.</param>
    /// <param name="rules">Who may do what; null = the server's own.</param>
    public AccessGuard(Authenticator? authenticator, IReadOnlyList<IPNetwork> trustedProxies, TimeProvider clock, AccessRules? rules = null)
    {
        door = new Door(authenticator, [.. trustedProxies]);
        this.clock = clock;
        this.rules = rules ?? AccessRules.All;
    }

    /// <summary>A guard that lets everybody in, and believes local proxies.</summary>
    public static AccessGuard OpenDoor { get; } = new(null, AuthOptions.Loopback, TimeProvider.System);

    /// <summary>Whether callers are asked who they are.</summary>
    public bool IsOn => door.Authenticator is not null;

    /// <summary>Puts the rules on the methods of all services; each handler sees its caller as the rule narrows it.</summary>
    public void Protect(RpcServices services)
    {
        foreach (var method in services.Methods)
            Protect(method, rules.Of(method.Path));
    }

    /// <summary>Knows other callers from the next call on; streams under way end within <see cref="CallerWatch.Interval"/> where they must.</summary>
    public void Use(Authenticator? authenticator, IReadOnlyList<IPNetwork> trustedProxies) =>
        door = new Door(authenticator, [.. trustedProxies]);

    /// <summary>The first step of the pipeline: notes who calls. Callers without good credentials are turned away where somebody is needed.</summary>
    public Task PassAsync(HttpContext http, RequestDelegate next)
    {
        var identifying = IdentifyAsync(http);
        if (!identifying.IsCompletedSuccessfully)
            return WaitAsync(http, identifying, next);
        http.Features.Set(identifying.GetAwaiter().GetResult());
        return next(http);
    }

    /// <summary>The step before an endpoint that is no method: what it says of itself counts, and without a word it is the admin's.</summary>
    public static Task EnterAsync(HttpContext http, Endpoint endpoint, RequestDelegate next)
    {
        var caller = http.Features.Get<Caller>() ?? Caller.Nobody;
        if (caller.IsAnyone)
            return next(http);
        try
        {
            var rule = endpoint.Metadata.GetMetadata<AccessRule>() ?? AccessRule.ForWholeServer(Roles.Admin);
            rule.Admit(caller, http.Request.Path);
        }
        catch (RpcException refusal)
        {
            Challenge(http, refusal.Code);
            http.Response.StatusCode = HttpStatusMapping.Of(refusal.Code);
            return http.Response.WriteAsJsonAsync(new { code = (int)refusal.Code, message = refusal.Message });
        }

        return next(http);
    }

    /// <summary>Says on a refusal how to be let in.</summary>
    public static void Challenge(HttpContext http, StatusCode code)
    {
        if (code == StatusCode.Unauthenticated)
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"transponder\"";
    }

    private static async Task WaitAsync(HttpContext http, ValueTask<Caller> identifying, RequestDelegate next)
    {
        http.Features.Set(await identifying);
        await next(http);
    }

    private ValueTask<Caller> IdentifyAsync(HttpContext http)
    {
        var (authenticator, proxies) = door;
        var forwarded = proxies.Length > 0 && IsProxy(proxies, http.Connection.RemoteIpAddress);
        if (authenticator is null)
            return ValueTask.FromResult(forwarded ? Caller.AnyoneForwarded : Caller.Anyone);
        var found = authenticator.IdentifyAsync(http.Request.Headers, http.RequestAborted);
        return forwarded ? SpeakingAsync(found) : found;
    }

    private void Protect(RpcMethod method, AccessRule rule)
    {
        method.Rule = rule;
        if (method.Unary is { } unary)
            method.Unary = (request, context) =>
            {
                context.Caller = method.Admit(context.Caller);
                rule.Check(context.Caller, request);
                return unary(request, context);
            };
        if (method.ServerStreaming is { } streaming)
            method.ServerStreaming = (request, context, write) =>
            {
                context.Caller = method.Admit(context.Caller);
                rule.Check(context.Caller, request);
                return StreamAsync(method, request, context, write, watched => streaming(request, context, watched));
            };
        if (method.Duplex is { } duplex)
            method.Duplex = (requests, context, write) =>
            {
                context.Caller = method.Admit(context.Caller);
                return StreamAsync(method, null, context, write, watched => duplex(requests, context, watched));
            };
    }

    private async Task StreamAsync(
        RpcMethod method,
        IMessage? request,
        RpcContext context,
        Func<IMessage, Task> write,
        Func<Func<IMessage, Task>, Task> run
    )
    {
        if (ReferenceEquals(method.Rule, AccessRule.Open))
        {
            await run(write);
            return;
        }

        await using (new CallerWatch(_ => AdmitAgainAsync(method, request, context), context.EndWith, clock))
        {
            try
            {
                await run(message =>
                {
                    context.ThrowIfEnded();
                    return write(message);
                });
            }
            catch (Exception)
            {
                context.ThrowIfEnded();
                throw;
            }
        }

        context.ThrowIfEnded();
    }

    // Handlers of streams keep to the projects that they began with.
    private async Task AdmitAgainAsync(RpcMethod method, IMessage? request, RpcContext context)
    {
        var caller = method.Admit(await IdentifyAsync(context.Http));
        if (request is not null)
            method.Rule!.Check(caller, request);
        if (!caller.SeesTheSameAs(context.Caller))
            throw new RpcException(StatusCode.Unavailable, "what the token may see has changed; call again");
    }

    private static async ValueTask<Caller> SpeakingAsync(ValueTask<Caller> found) => (await found).SpeakingForOthers();

    private static bool IsProxy(IPNetwork[] proxies, IPAddress? address)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var proxy in proxies)
        {
            if (proxy.Contains(plain))
                return true;
        }

        return false;
    }

    private sealed record Door(Authenticator? Authenticator, IPNetwork[] Proxies);
}
