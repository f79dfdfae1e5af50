using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Transponder.Protocol;

namespace Transponder.Server.Security;

/// <summary>What the checked token of a service account says of the pod that holds it, as Kubernetes binds tokens.</summary>
internal sealed class ServiceAccountReader(ServiceAccountOptions options)
{
    private const string Prefix = "system:serviceaccount:";

    /// <summary>The pod; refused when its namespace stands for no project, or for more than one.</summary>
    public Caller CallerOf(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var bound = payload.RootElement.TryGetProperty("kubernetes.io", out var claim) ? claim : default;
        var space = Text(bound, "namespace");
        if (space is null || token.Subject?.StartsWith($"{Prefix}{space}:", StringComparison.Ordinal) != true)
            return Refuse(StatusCode.Unauthenticated, "the token is not that of a Kubernetes service account");
        return options.Namespaces.Read(space, options.Domains) switch
        {
            [var (project, domain)] => Caller.Of(
                token.Subject,
                new Workload(project, domain, space, Text(Member(bound, "pod"), "name"), options.Binding)
            ),
            [] => Refuse(
                StatusCode.PermissionDenied,
                $"the namespace {space} is not one that {options.Namespaces} makes of a project and a domain of this server"
            ),
            _ => Refuse(StatusCode.PermissionDenied, $"{options.Namespaces} makes the namespace {space} in more than one way"),
        };
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;

    private static Caller Refuse(StatusCode code, string why) => Caller.Refused(new RpcException(code, why));
}
