using Transponder.Protocol;
using Transponder.Server.Security;

namespace Transponder.Server.Wire;

/// <summary>What a handler may know about its call besides the request; valid until the handler's task ends.</summary>
public sealed class RpcContext
{
    private readonly HttpContext http;
    private readonly TimeProvider clock;
    private readonly CancellationToken stopping;
    private CallEnd? end;

    internal RpcContext(HttpContext http, string method, TimeProvider clock, TimeSpan? timeout, CancellationToken stopping = default)
    {
        this.http = http;
        this.clock = clock;
        this.stopping = stopping;
        Method = method;
        Caller = http.Features.Get<Caller>() ?? Caller.Nobody;
        if (timeout is { } left)
        {
            Deadline = clock.GetUtcNow() + left;
        }
    }

    /// <summary>The method's path, <c>/package.Service/Method</c>.</summary>
    public string Method { get; }

    /// <summary>When the caller stops waiting, if it said so.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>The request message as it came (REST's JSON: re-serialised), decompressed; what a store should keep.</summary>
    public ReadOnlyMemory<byte> RequestBytes { get; internal set; }

    /// <summary>The name of who calls: as a trusted proxy says by <c>X-Forwarded-User</c>, else as the token does; null when nobody says.</summary>
    public string? Principal =>
        Caller.SpeaksForOthers && Header("x-forwarded-user") is { Length: > 0 and <= 256 } user ? user
        : Caller.Name.Length > 0 ? Caller.Name
        : null;

    /// <summary>Who calls, and what it may see and do.</summary>
    internal Caller Caller { get; set; }

    /// <summary>The caller's address and port.</summary>
    public string Peer => $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}";

    /// <summary>Cancelled when the caller goes away or its deadline passes; a stream's also when the server stops or its caller's rights end.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            if (Deadline is null && !stopping.CanBeCanceled)
            {
                return http.RequestAborted;
            }

            return OwnEnd().Token;
        }
    }

    /// <summary>
    /// Cancelled when the caller goes away, as callers whose deadline has passed do by themselves: all that a short call needs, without a timer.
    /// </summary>
    public CancellationToken CallerGoneToken => http.RequestAborted;

    internal HttpContext Http => http;

    /// <summary>Why the server ended the stream before its handler did; null while it runs.</summary>
    internal RpcException? EndedBy { get; private set; }

    // The timer may fire a little before the clock reads the deadline.
    internal bool DeadlinePassed => end is { TimedOut: true } || (Deadline is { } due && clock.GetUtcNow() >= due);

    internal bool CallerGone => http.RequestAborted.IsCancellationRequested;

    /// <summary>A request header or gRPC metadata entry, or null; several values come joined by commas. REST may prefix it with <c>Grpc-Metadata-</c>.</summary>
    public string? Header(string name) =>
        http.Request.Headers.TryGetValue(name, out var values) || http.Request.Headers.TryGetValue("Grpc-Metadata-" + name, out values)
            ? values.ToString()
            : null;

    /// <summary>A binary metadata entry, decoded; null if absent.</summary>
    public byte[]? BinaryHeader(string name)
    {
        if (Header(name) is not { } text)
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"metadata entry {name} is not base64");
        }
    }

    /// <summary>Ends a stream with a refusal: cancels its token, and nothing more is written.</summary>
    internal void EndWith(RpcException refusal)
    {
        EndedBy = refusal;
        OwnEnd().Cancel();
    }

    internal void ThrowIfEnded()
    {
        if (EndedBy is { } refusal)
        {
            throw refusal;
        }
    }

    internal void End() => end?.Dispose();

    private CallEnd OwnEnd()
    {
        if (end is null)
        {
            var mine = new CallEnd(Deadline, clock, http.RequestAborted, stopping);
            if (Interlocked.CompareExchange(ref end, mine, null) is not null)
            {
                mine.Dispose();
            }
        }

        return end;
    }
}
