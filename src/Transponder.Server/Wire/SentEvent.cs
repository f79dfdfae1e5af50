using Google.Protobuf;

namespace Transponder.Server.Wire;

/// <summary>One event of a stream of Server-Sent Events.</summary>
/// <param name="Id">What a client that comes back sends as <c>Last-Event-ID</c>.</param>
/// <param name="Name">The event's type; null = the default.</param>
/// <param name="Data">The event; null = only <paramref name="Id"/> moves.</param>
internal readonly record struct SentEvent(string Id, string? Name, IMessage? Data);
