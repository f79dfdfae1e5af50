using Transponder.Server.Security;

namespace Transponder.Server.Wire.OpenApi;

/// <summary>The description of REST at upstream's path; written when somebody first asks, and kept.</summary>
internal static class OpenApiEndpoint
{
    public const string Path = "/api/v1/openapi";

    public static void Map(WebApplication app, RpcServices services)
    {
        var document = new Lazy<byte[]>(() => SwaggerDocument.Write(services));
        app.MapGet(Path, () => Results.Bytes(document.Value, "application/json")).WithMetadata(AccessRule.Open);
    }
}
