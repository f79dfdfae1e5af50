using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Protocol;
using Transponder.Protocol.Json;

namespace Transponder.Server.Wire.Rest;

/// <summary>
/// How messages look on the HTTP port: with <c>application/json</c> as in the .proto file and strict, with <c>application/octet-stream</c> as protobuf,
/// with any other type camelCase and lenient. flyteadmin's three.
/// </summary>
internal sealed class RestDialect
{
    private readonly ProtoJsonWriter? writer;
    private readonly ProtoJsonParser? parser;

    private RestDialect(string contentType, ProtoJsonOptions? json)
    {
        ContentType = contentType;
        if (json is not null)
        {
            writer = new ProtoJsonWriter(json);
            parser = new ProtoJsonParser(json);
        }
    }

    public string ContentType { get; }

    public bool IsBinary => writer is null;

    public static RestDialect Proto(TypeRegistry types) =>
        new(
            "application/json",
            new ProtoJsonOptions
            {
                FieldNames = JsonFieldNames.Proto,
                EmitDefaults = true,
                Types = types,
            }
        );

    public static RestDialect Camel(TypeRegistry types) =>
        new(
            "application/json",
            new ProtoJsonOptions
            {
                EmitDefaults = true,
                IgnoreUnknownFields = true,
                Types = types,
            }
        );

    public static RestDialect Binary() => new("application/octet-stream", null);

    public void Write(IBufferWriter<byte> destination, IMessage message)
    {
        if (writer is null)
        {
            message.WriteTo(destination);
        }
        else
        {
            writer.Write(destination, message);
        }
    }

    /// <summary>Sets what a body says: the whole request, or the one field that the route names.</summary>
    public void Read(ReadOnlyMemory<byte> body, IMessage request, FieldDescriptor? field)
    {
        try
        {
            if (parser is not null)
            {
                if (field is null)
                {
                    parser.Merge(body, request);
                }
                else
                {
                    parser.MergeField(body, request, field);
                }
            }
            else if (field is null)
            {
                request.MergeFrom(body.Span);
            }
            else
            {
                field.Accessor.SetValue(request, field.MessageType.Parser.ParseFrom(body.Span));
            }
        }
        catch (Exception exception) when (exception is ProtoJsonException or InvalidProtocolBufferException)
        {
            throw new RpcException(StatusCode.InvalidArgument, exception.Message);
        }
    }
}
