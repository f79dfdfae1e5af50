using Google.Protobuf;

namespace Transponder.Protocol;

/// <summary>
/// An RPC's failure: status code, message and typed details. Thrown by clients for what a server answered, and by services for what they answer;
/// the wire adapters turn it into trailers or a JSON error, and are the only place that catches it.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="code">The status; never <see cref="StatusCode.Ok"/>.</param>
    /// <param name="message">What was wrong and what to do, for people.</param>
    /// <param name="details">Messages for the status's <c>details</c>, packed as <c>google.protobuf.Any</c> on the wire.</param>
    public RpcException(StatusCode code, string message, params IReadOnlyList<IMessage> details)
        : base(message)
    {
        Code = code;
        Details = details;
    }

    /// <summary>The status.</summary>
    public StatusCode Code { get; }

    /// <summary>The typed details; often empty.</summary>
    public IReadOnlyList<IMessage> Details { get; }
}
