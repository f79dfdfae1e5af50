using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Transponder.Server.Wire.Rest;

namespace Transponder.Server.Wire.OpenApi;

/// <summary>
/// REST in Swagger 2.0, upstream's version: every route whose method has a handler, with the field names of the .proto files. Made from the same
/// descriptors as the routes themselves.
/// </summary>
internal static class SwaggerDocument
{
    public static byte[] Write(RpcServices services)
    {
        var schemas = new SwaggerSchemas();
        var paths = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var spellings = new Dictionary<string, SwaggerPath>(StringComparer.Ordinal);
        var operations = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in services.Methods.Where(method => method.Unary is not null).SelectMany(RestRoute.Of))
        {
            // One path has one spelling, whatever each method calls its variables.
            var path = new SwaggerPath(route, spellings);
            if (!paths.TryGetValue(path.Text, out var item))
                paths[path.Text] = item = [];
            item.TryAdd(route.Verb.ToLowerInvariant(), Operation(route, path, schemas, operations));
        }

        var document = new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Transponder",
                ["description"] =
                    "Flyte's admin API and Transponder's own, over HTTP. Send Accept: application/json for these field names.",
                ["version"] = TransponderApp.Version,
            },
            ["consumes"] = new JsonArray("application/json"),
            ["produces"] = new JsonArray("application/json"),
            ["securityDefinitions"] = new JsonObject
            {
                ["bearer"] = new JsonObject
                {
                    ["type"] = "apiKey",
                    ["in"] = "header",
                    ["name"] = "Authorization",
                    ["description"] = "Bearer, a space, and a token; only where the server is configured to ask for one.",
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create<string, JsonNode?>(path.Key, path.Value))),
            ["definitions"] = schemas.ToJson(),
        };
        return System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private static JsonObject Operation(RestRoute route, SwaggerPath path, SwaggerSchemas schemas, HashSet<string> operations)
    {
        var method = route.Method.Descriptor;
        var name = $"{method.Service.Name}_{method.Name}";
        for (var n = 2; !operations.Add(name); n++)
            name = $"{method.Service.Name}_{method.Name}{n}";
        var operation = new JsonObject { ["operationId"] = name, ["tags"] = new JsonArray(method.Service.Name) };
        if (Description(method) is { Length: > 0 } description)
            operation["summary"] = description;
        operation["parameters"] = Parameters(route, path, schemas);
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "The reply.", ["schema"] = schemas.Reference(method.OutputType) },
            ["default"] = new JsonObject
            {
                ["description"] = "A failure; its code is gRPC's.",
                ["schema"] = schemas.Reference(Google.Rpc.Status.Descriptor),
            },
        };
        return operation;
    }

    private static JsonArray Parameters(RestRoute route, SwaggerPath path, SwaggerSchemas schemas)
    {
        var parameters = new JsonArray();
        foreach (var (variable, name) in route.Path.Variables.Zip(path.Names))
        {
            var parameter = schemas.Scalar(variable.Field.Last);
            parameter["name"] = name;
            parameter["in"] = "path";
            parameter["required"] = true;
            parameters.Add(parameter);
        }

        var request = route.Method.Descriptor.InputType;
        if (route.BodyIsRequest || route.BodyField is not null)
        {
            parameters.Add(
                new JsonObject
                {
                    ["name"] = "body",
                    ["in"] = "body",
                    ["required"] = true,
                    ["schema"] = route.BodyField is { } field ? schemas.Field(field) : schemas.Reference(request),
                }
            );
        }

        if (!route.BodyIsRequest)
            AddQuery(parameters, request, "", route, schemas, []);
        return parameters;
    }

    private static void AddQuery(
        JsonArray parameters,
        MessageDescriptor type,
        string prefix,
        RestRoute route,
        SwaggerSchemas schemas,
        HashSet<MessageDescriptor> above
    )
    {
        if (!above.Add(type))
            return;
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            var name = prefix + field.Name;
            if (FieldPath.Find(name, route.Method.Descriptor.InputType) is not { } path || route.IsBound(path))
                continue;
            if (SwaggerSchemas.IsScalar(field))
            {
                var parameter = schemas.Scalar(field);
                parameter["name"] = name;
                parameter["in"] = "query";
                parameters.Add(parameter);
            }
            else if (!field.IsRepeated)
            {
                AddQuery(parameters, field.MessageType, name + ".", route, schemas, above);
            }
        }

        above.Remove(type);
    }

    private static string? Description(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(Transponder.Idl.OpenApi.AnnotationsExtensions.Openapiv2Operation)?.Description;
}
