using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>Who may ask the server about itself.</summary>
internal static class ServerAccess
{
    public static void AddTo(AccessRules rules) =>
        rules
            .Service("grpc.health.v1.Health")
            .Open("Check", "List", "Watch")
            .Service("flyteidl.service.AuthMetadataService")
            .Open("GetOAuth2Metadata", "GetPublicClientConfig")
            .Service("flyteidl.service.IdentityService")
            .Known("UserInfo")
            .Service("grpc.reflection.v1.ServerReflection")
            .Allow(Reads, "ServerReflectionInfo")
            .Service("grpc.reflection.v1alpha.ServerReflection")
            .Allow(Reads, "ServerReflectionInfo");
}
