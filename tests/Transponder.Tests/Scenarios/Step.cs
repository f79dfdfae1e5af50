using Flyteidl.Admin;
using Google.Protobuf;

namespace Transponder.Tests.Scenarios;

/// <summary>One call that a client makes: the method by gRPC, and the same by REST.</summary>
public sealed record Step(string Method, string Route, IMessage Request);

/// <summary>What a client made of the answer: the gRPC code, and either the reply or the failure's message and details.</summary>
public sealed record Answer(int Code, string Message, string? Detail, byte[] Reply)
{
    private static readonly JsonParser Lenient = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The cluster or the phase in the failure's details, as in <c>cluster:c1</c>; null without details.</summary>
    public string? Reason =>
        Detail is null ? null
        : Lenient.Parse<EventFailureReason>(Detail) is { IncompatibleCluster: { } conflict } ? $"cluster:{conflict.Cluster}"
        : $"terminal:{Lenient.Parse<EventFailureReason>(Detail).AlreadyInTerminalState.CurrentPhase}";

    public T Read<T>()
        where T : IMessage<T>, new() => new MessageParser<T>(() => new T()).ParseFrom(Reply);
}
