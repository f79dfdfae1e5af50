using Transponder.Protocol;

namespace Transponder.Server.Wire.Rest;

/// <summary>The HTTP status that a gRPC status becomes, as grpc-gateway has it.</summary>
internal static class HttpStatusMapping
{
    public static int Of(StatusCode code) =>
        code switch
        {
            StatusCode.Ok => StatusCodes.Status200OK,
            StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
            StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
            StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
            StatusCode.NotFound => StatusCodes.Status404NotFound,
            StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
            StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
            StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
            StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
            StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
}
