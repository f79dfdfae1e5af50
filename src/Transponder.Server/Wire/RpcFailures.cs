using Microsoft.AspNetCore.Connections;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Server.Wire;

/// <summary>The boundary where exceptions become statuses; whatever comes in, UNKNOWN never goes out.</summary>
internal static partial class RpcFailures
{
    public static RpcException From(Exception exception, string method, RpcContext? context, ILogger log)
    {
        switch (exception)
        {
            case RpcException { Code: not (StatusCode.Ok or StatusCode.Unknown) } failure:
                return failure;
            case OperationCanceledException or IOException or ConnectionAbortedException when context is { DeadlinePassed: true }:
                return new RpcException(StatusCode.DeadlineExceeded, "the call's deadline passed before the server was done");
            case OperationCanceledException or IOException or ConnectionAbortedException when context is null or { CallerGone: true }:
                return new RpcException(StatusCode.Cancelled, "the caller went away");
            case OperationCanceledException:
                return new RpcException(StatusCode.Unavailable, "the server gave the call up; try again");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new RpcException(StatusCode.ResourceExhausted, "the request's body is larger than the server takes");
            case BadHttpRequestException bad:
                return new RpcException(StatusCode.InvalidArgument, bad.Message);
            case StoreException { Failure: StoreFailure.BadData } store:
                return new RpcException(StatusCode.InvalidArgument, store.Message);
            case StoreException { Failure: StoreFailure.Unknown }:
                return new RpcException(
                    StatusCode.Unavailable,
                    "the database connection broke while storing; ask again whether it was stored"
                );
            case StoreException:
                return new RpcException(StatusCode.Unavailable, "the database cannot be reached or written; try again");
            default:
                LogUnexpected(log, method, exception);
                return new RpcException(StatusCode.Internal, $"{method} failed inside the server; its log says why");
        }
    }

    public static RpcException TooLarge(long length, int cap) =>
        new(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {cap})");

    public static RpcException NotBuilt(RpcMethod method) =>
        new(
            StatusCode.Unimplemented,
            $"method {method.Descriptor.Name} of service {method.Descriptor.Service.FullName} is not implemented"
        );

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} failed with an exception that no status describes.")]
    private static partial void LogUnexpected(ILogger logger, string method, Exception exception);
}
