using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using Transponder.Protocol;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Transponder.Server.Wire.Reflection;

/// <summary>Server reflection v1 and, for older tools, v1alpha, whose messages have the same bytes.</summary>
internal sealed class ReflectionService(RpcServices services)
{
    private readonly Lazy<SchemaIndex> schema = new(() => new SchemaIndex(services.Descriptors.Select(service => service.File)));

    public void AddTo(RpcServices target)
    {
        target
            .Add(ReflectionReflection.Descriptor.Services[0])
            .Duplex<ServerReflectionRequest, ServerReflectionResponse>(
                "ServerReflectionInfo",
                async (requests, _, write) =>
                {
                    await foreach (var request in requests.ConfigureAwait(false))
                    {
                        await write(Answer((ServerReflectionRequest)request)).ConfigureAwait(false);
                    }
                }
            );
        target
            .Add(Alpha.ReflectionReflection.Descriptor.Services[0])
            .Duplex<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(
                "ServerReflectionInfo",
                async (requests, _, write) =>
                {
                    await foreach (var request in requests.ConfigureAwait(false))
                    {
                        var answer = Answer(ServerReflectionRequest.Parser.ParseFrom(request.ToByteArray()));
                        await write(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteArray())).ConfigureAwait(false);
                    }
                }
            );
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                response.ListServicesResponse.Service.AddRange(
                    services.Descriptors.Select(service => new ServiceResponse { Name = service.FullName })
                );
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                AnswerFile(response, schema.Value.FindFile(request.FileByFilename), request.FileByFilename);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                AnswerFile(response, schema.Value.FindSymbol(request.FileContainingSymbol), request.FileContainingSymbol);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                var extension = request.FileContainingExtension;
                AnswerFile(
                    response,
                    schema.Value.FindExtension(extension.ContainingType, extension.ExtensionNumber),
                    $"extension {extension.ExtensionNumber} of {extension.ContainingType}"
                );
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                AnswerExtensions(response, request.AllExtensionNumbersOfType);
                break;
            default:
                response.ErrorResponse = Error(StatusCode.InvalidArgument, "the request asks for nothing");
                break;
        }

        return response;
    }

    private void AnswerExtensions(ServerReflectionResponse response, string type)
    {
        if (schema.Value.ExtensionNumbers(type) is not { } numbers)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"{type} is not known here");
            return;
        }

        response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type };
        response.AllExtensionNumbersResponse.ExtensionNumber.AddRange(numbers);
    }

    private static void AnswerFile(ServerReflectionResponse response, FileDescriptor? file, string wanted)
    {
        if (file is null)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"{wanted} is not known here");
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        response.FileDescriptorResponse.FileDescriptorProto.AddRange(SchemaIndex.WithImports(file));
    }

    private static ErrorResponse Error(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };
}
