using Flyteidl.Service;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>Flyte's IdentityService: tells a caller who it is.</summary>
internal static class IdentityService
{
    public static void AddTo(RpcServices services) =>
        services
            .Add(IdentityReflection.Descriptor.Services[0])
            .Unary<UserInfoRequest, UserInfoResponse>("UserInfo", (_, context) => Task.FromResult(UserOf(context)));

    private static UserInfoResponse UserOf(RpcContext context)
    {
        if (context.Caller.User is { } user)
            return user.Clone();
        var name = context.Principal ?? "";
        return new UserInfoResponse
        {
            Subject = name,
            Name = name,
            PreferredUsername = name,
        };
    }
}
