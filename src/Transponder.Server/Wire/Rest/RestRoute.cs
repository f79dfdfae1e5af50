using Google.Api;
using Google.Protobuf.Reflection;
using Transponder.Protocol.Json;

namespace Transponder.Server.Wire.Rest;

/// <summary>One HTTP binding of a method: what is taken from the path, what the body is, and the rest from the query.</summary>
internal sealed class RestRoute
{
    public RestRoute(RpcMethod method, string verb, string template, string body)
    {
        Method = method;
        (Verb, Template) = (verb, template);
        var request = method.Descriptor.InputType;
        Path = PathTemplate.Parse(template, request);
        TakesRest = Path.Segments.Count > 0 && Path.Segments[^1] == PathTemplate.Rest;
        BodyIsRequest = body == "*";
        if (body.Length > 0 && !BodyIsRequest)
        {
            BodyField = ProtoJsonParser.FindField(request, body) ?? throw new FormatException($"{request.FullName} has no field {body}.");
            BodyPath = FieldPath.Parse(body, request);
        }
    }

    public RpcMethod Method { get; }

    public string Verb { get; }

    public string Template { get; }

    public PathTemplate Path { get; }

    public bool TakesRest { get; }

    public bool BodyIsRequest { get; }

    public FieldDescriptor? BodyField { get; }

    public FieldPath? BodyPath { get; }

    /// <summary>Whether the path or the body sets a field, so that the query cannot.</summary>
    public bool IsBound(FieldPath field)
    {
        foreach (var variable in Path.Variables)
        {
            if (field.IsWithin(variable.Field))
            {
                return true;
            }
        }

        return BodyPath is { } body && field.IsWithin(body);
    }

    /// <summary>The bindings that a method's options declare; none if it has no HTTP options.</summary>
    public static IEnumerable<RestRoute> Of(RpcMethod method)
    {
        if (method.Descriptor.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            yield break;
        }

        foreach (var binding in rule.AdditionalBindings.Prepend(rule))
        {
            var (verb, template) = binding.PatternCase switch
            {
                HttpRule.PatternOneofCase.Get => ("GET", binding.Get),
                HttpRule.PatternOneofCase.Put => ("PUT", binding.Put),
                HttpRule.PatternOneofCase.Post => ("POST", binding.Post),
                HttpRule.PatternOneofCase.Delete => ("DELETE", binding.Delete),
                HttpRule.PatternOneofCase.Patch => ("PATCH", binding.Patch),
                HttpRule.PatternOneofCase.Custom => (binding.Custom.Kind, binding.Custom.Path),
                _ => ("", ""),
            };
            if (template.Length > 0)
            {
                yield return new RestRoute(method, verb, template, binding.Body);
            }
        }
    }
}
