using System.Net;
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
    private readonly Authenticator? authenticator;
    private readonly IReadOnlyList<IPNetwork> proxies;

    /// <summary>Makes a guard.</summary>
    /// <param name="authenticator">Who knows callers; null = there is no authentication.</param>
    /// <param name="trustedProxies">From which addresses <c>X-Forwarded-User</c> is believed; none = from nowhere.</param>
    public AccessGuard(Authenticator? authenticator, IReadOnlyList<IPNetwork> trustedProxies)
    {
        this.authenticator = authenticator;
        proxies = trustedProxies;
    }

    /// <summary>A guard that lets everybody in, and believes local proxies.</summary>
    public static AccessGuard OpenDoor { get; } = new(null, AuthOptions.Loopback);

    /// <summary>Whether callers are asked who they are.</summary>
    public bool IsOn => authenticator is not null;

    /// <summary>Puts the rules on the methods of all services; each handler sees its caller as the rule narrows it.</summary>
    public void Protect(RpcServices services)
    {
        if (!IsOn)
            return;
        foreach (var method in services.Methods)
            Protect(method, AccessRules.All.Of(method.Path));
    }

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
    public Task EnterAsync(HttpContext http, Endpoint endpoint, RequestDelegate next)
    {
        if (!IsOn)
            return next(http);
        try
        {
            var rule = endpoint.Metadata.GetMetadata<AccessRule>() ?? AccessRule.ForWholeServer(Roles.Admin);
            rule.Admit(http.Features.Get<Caller>() ?? Caller.Nobody, http.Request.Path);
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
        var forwarded = proxies.Count > 0 && IsProxy(http.Connection.RemoteIpAddress);
        if (authenticator is null)
            return ValueTask.FromResult(forwarded ? Caller.AnyoneForwarded : Caller.Anyone);
        var found = authenticator.IdentifyAsync(http.Request.Headers, http.RequestAborted);
        return forwarded ? SpeakingAsync(found) : found;
    }

    private static void Protect(RpcMethod method, AccessRule rule)
    {
        method.Rule = rule;
        if (method.Unary is { } unary)
            method.Unary = (request, context) =>
            {
                context.Caller = rule.Admit(context.Caller, method.Descriptor.Name);
                rule.Check(context.Caller, request);
                return unary(request, context);
            };
        if (method.ServerStreaming is { } streaming)
            method.ServerStreaming = (request, context, write) =>
            {
                context.Caller = rule.Admit(context.Caller, method.Descriptor.Name);
                rule.Check(context.Caller, request);
                return streaming(request, context, write);
            };
        if (method.Duplex is { } duplex)
            method.Duplex = (requests, context, write) =>
            {
                context.Caller = rule.Admit(context.Caller, method.Descriptor.Name);
                return duplex(requests, context, write);
            };
    }

    private static async ValueTask<Caller> SpeakingAsync(ValueTask<Caller> found) => (await found).SpeakingForOthers();

    private bool IsProxy(IPAddress? address)
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
}
