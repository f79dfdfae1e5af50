using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Transponder.Protocol;

/// <summary>Reads how a call ended, from headers, trailers, or the failure of the transport.</summary>
internal static class GrpcStatus
{
    private const long MostTimeoutDigits = 99_999_999;

    /// <summary>The failure that the headers already tell: a trailers-only answer, or no gRPC at all; null when a body follows.</summary>
    public static RpcException? OfHeaders(HttpResponseMessage response)
    {
        if (Header(response.Headers, "grpc-status") is not null)
            return Of(response.Headers);
        if (response.StatusCode != HttpStatusCode.OK)
            return new RpcException(OfHttp(response.StatusCode), $"the server answered HTTP {(int)response.StatusCode}");
        var type = response.Content.Headers.ContentType?.MediaType;
        return type?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true
            ? null
            : new RpcException(StatusCode.Unknown, $"the server answered {type ?? "no content type"} instead of application/grpc");
    }

    /// <summary>The failure that the trailers tell; null when the call succeeded.</summary>
    public static RpcException? OfTrailers(HttpResponseMessage response)
    {
        if (Header(response.TrailingHeaders, "grpc-status") is not null)
            return Of(response.TrailingHeaders);
        return Header(response.Headers, "grpc-status") is not null
            ? null
            : new RpcException(StatusCode.Internal, "the server's answer ends without a status");
    }

    /// <summary>What a broken connection or a reset stream means for the call.</summary>
    public static RpcException OfTransport(Exception error, Uri address)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
            if (cause is HttpProtocolException reset)
                return new RpcException(OfReset(reset.ErrorCode), $"{address} reset the call (HTTP/2 error {reset.ErrorCode})");
        return new RpcException(StatusCode.Unavailable, $"cannot reach {address}: {error.GetBaseException().Message}");
    }

    /// <summary>A duration as <c>grpc-timeout</c> writes it: at most eight digits and a unit.</summary>
    public static string Timeout(TimeSpan timeout)
    {
        var milliseconds = Math.Max(1, (long)timeout.TotalMilliseconds);
        return milliseconds <= MostTimeoutDigits ? $"{milliseconds}m" : $"{Math.Min((long)timeout.TotalSeconds, MostTimeoutDigits)}S";
    }

    public static string? Header(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static RpcException? Of(HttpHeaders headers)
    {
        var code = int.TryParse(Header(headers, "grpc-status"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (StatusCode)number
            : StatusCode.Unknown;
        if (code == StatusCode.Ok)
            return null;
        var message = Uri.UnescapeDataString(Header(headers, "grpc-message") ?? "");
        return new RpcException(
            Enum.IsDefined(code) ? code : StatusCode.Unknown,
            message,
            Details(Header(headers, "grpc-status-details-bin"))
        );
    }

    private static IReadOnlyList<IMessage> Details(string? encoded)
    {
        if (string.IsNullOrEmpty(encoded))
            return [];
        try
        {
            var padded = encoded.PadRight((encoded.Length + 3) / 4 * 4, '=');
            return [.. Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(padded)).Details];
        }
        catch (Exception error) when (error is FormatException or InvalidProtocolBufferException)
        {
            return [];
        }
    }

    private static StatusCode OfHttp(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        };

    private static StatusCode OfReset(long http2) =>
        http2 switch
        {
            0x0 or 0x1 or 0x2 or 0x3 or 0x4 or 0x5 or 0x6 or 0x9 or 0xa => StatusCode.Internal,
            0x7 => StatusCode.Unavailable,
            0x8 => StatusCode.Cancelled,
            0xb => StatusCode.ResourceExhausted,
            0xc => StatusCode.PermissionDenied,
            _ => StatusCode.Unknown,
        };
}
