using System.Text;
using Flyteidl.Service;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Rest;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Server.Wire.Rest;

/// <summary>Every <c>google.api.http</c> binding of every service, whether or not its method is built: a path made from its template comes to its method and fills its fields.</summary>
public sealed class RestBindingTests
{
    private static readonly FileDescriptor[] Files =
    [
        AdminReflection.Descriptor,
        AuthReflection.Descriptor,
        DataproxyReflection.Descriptor,
        IdentityReflection.Descriptor,
        SignalReflection.Descriptor,
        DeliveriesReflection.Descriptor,
        EventsReflection.Descriptor,
        OperationsReflection.Descriptor,
    ];

    private static readonly RpcServices Services = Known();
    private static readonly RestRouteTable Table = new(Services);
    private static readonly RestDialect Proto = RestDialect.Proto(TypeRegistry.FromFiles(Files));
    private static readonly RestDialect Camel = RestDialect.Camel(TypeRegistry.FromFiles(Files));

    private static readonly IReadOnlyList<RestRoute> Routes = [.. Services.Methods.SelectMany(RestRoute.Of)];

    public static TheoryData<int, string> Bindings
    {
        get
        {
            var rows = new TheoryData<int, string>();
            for (var i = 0; i < Routes.Count; i++)
                rows.Add(i, $"{Routes[i].Verb} {string.Join('/', Routes[i].Path.Segments)} {Routes[i].Method.Descriptor.FullName}");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Bindings))]
    public void Binding_Path_ReachesItsMethodAndFillsItsFields(int route, string name)
    {
        var binding = Routes[route];
        var expected = New(binding.Method.Descriptor.InputType);
        var path = Path(binding, expected);

        var found = Table.Find(binding.Verb, path, out _);

        Assert.True(found is not null, name);
        Assert.Same(binding.Method, found.Method);
        Assert.Equal(expected, RestRequest.Bind(found, path, QueryString.Empty, default, Proto));
    }

    [Theory]
    [MemberData(nameof(Bindings))]
    public void Binding_QueryAndBody_FillTheRest(int route, string name)
    {
        var binding = Routes[route];
        var type = binding.Method.Descriptor.InputType;
        var expected = New(type);
        var path = Path(binding, expected);
        var query = new StringBuilder("?unknown=x");
        var body = New(type);
        if (binding.BodyIsRequest)
            Fill(body, 0, _ => true);
        else
            FillQuery(binding, expected, query, expected, "", [type]);

        foreach (var dialect in new[] { Proto, Camel })
        {
            var whole = (IMessage)
                expected.Descriptor.Parser.ParseFrom(ByteString.CopyFrom([.. body.ToByteArray(), .. expected.ToByteArray()]));
            var found = RestRequest.Bind(binding, path, new QueryString(query.ToString()), Json(body, binding, dialect), dialect);
            Assert.True(whole.Equals(found), $"{name}: {whole} became {found}");
        }
    }

    private static ReadOnlyMemory<byte> Json(IMessage body, RestRoute binding, RestDialect dialect)
    {
        if (!binding.BodyIsRequest)
            return default;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        dialect.Write(buffer, body);
        return buffer.WrittenMemory;
    }

    private static string[] Path(RestRoute binding, IMessage expected)
    {
        var path = binding.Path.Segments.ToArray();
        foreach (var variable in binding.Path.Variables)
        {
            for (var i = variable.Start; i < variable.End; i++)
            {
                if (path[i] is "*" or "**")
                    path[i] = Text(variable.Field.Last, i);
            }

            variable.Field.Set(expected, variable.Take(path, takesRest: false));
        }

        return path;
    }

    private static void FillQuery(
        RestRoute binding,
        IMessage root,
        StringBuilder query,
        IMessage message,
        string prefix,
        HashSet<MessageDescriptor> above
    )
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var path = FieldPath.Find(prefix + field.Name, root.Descriptor)!;
            if (binding.IsBound(path) || field.IsMap || field.ContainingOneof is { } oneof && oneof.Fields[0] != field)
                continue;
            if (field.FieldType != FieldType.Message)
            {
                for (var n = 0; n < (field.IsRepeated ? 2 : 1); n++)
                {
                    // Enums by name, then by number; both spellings of a field's name.
                    var text = field.FieldType == FieldType.Enum && n == 1 ? field.EnumType.Values[^1].Number.ToString() : Text(field, n);
                    var name = n == 0 ? prefix + field.Name : prefix + field.JsonName;
                    query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(text));
                    path.Set(root, text);
                }
            }
            else if (field.MessageType.FullName == "google.protobuf.Timestamp")
            {
                query.Append('&').Append(prefix + field.JsonName).Append("=2024-01-02T03%3A04%3A05.600Z");
                path.Set(root, "2024-01-02T03:04:05.600Z");
            }
            else if (field.MessageType.FullName == "google.protobuf.Duration")
            {
                query.Append('&').Append(prefix + field.Name).Append("=1.5s");
                path.Set(root, "1.5s");
            }
            else if (!field.IsRepeated && field.MessageType.File.Package != "google.protobuf" && above.Add(field.MessageType))
            {
                // Only messages that the query can make something of are made.
                var child = field.Accessor.GetValue(message) as IMessage ?? New(field.MessageType);
                FillQuery(binding, root, query, child, prefix + field.Name + ".", above);
                above.Remove(field.MessageType);
            }
        }
    }

    private static void Fill(IMessage message, int depth, Func<FieldDescriptor, bool> wanted)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(wanted))
        {
            if (field.IsMap || field.IsRepeated || (field.ContainingOneof is { } oneof && oneof.Fields[0] != field))
                continue;
            if (field.FieldType != FieldType.Message)
                FieldPath.Find(field.Name, message.Descriptor)!.Set(message, Text(field, depth));
            else if (depth < 3 && field.MessageType.File.Package != "google.protobuf")
            {
                var child = New(field.MessageType);
                Fill(child, depth + 1, wanted);
                field.Accessor.SetValue(message, child);
            }
        }
    }

    private static string Text(FieldDescriptor field, int n) =>
        field.FieldType switch
        {
            FieldType.String => $"ä b%/{field.Name}{n}",
            FieldType.Bytes => "AQID",
            FieldType.Bool => "true",
            FieldType.Enum => field.EnumType.Values[^1].Name,
            FieldType.Double or FieldType.Float => "1.5",
            _ => (n + 7).ToString(),
        };

    private static IMessage New(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    private static RpcServices Known()
    {
        var services = new RpcServices();
        foreach (var service in Files.SelectMany(file => file.Services))
            services.Add(service);
        return services;
    }
}
