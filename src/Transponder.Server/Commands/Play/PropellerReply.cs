using Flyteidl.Admin;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol;
using Reason = Flyteidl.Admin.EventFailureReason.ReasonOneofCase;

namespace Transponder.Server.Commands.Play;

/// <summary>What propeller makes of an answer: the details count before the code.</summary>
internal static class PropellerReply
{
    public static Reply Judge(RpcException failure, bool failing)
    {
        switch (failure.Details.Select(ReasonOf).FirstOrDefault(reason => reason != Reason.None))
        {
            case Reason.AlreadyInTerminalState:
                return Reply.Ended;
            case Reason.IncompatibleCluster:
                return failing ? Reply.Ignored : Reply.Refused;
        }

        return failure.Code switch
        {
            StatusCode.AlreadyExists => Reply.Duplicate,
            StatusCode.NotFound => failing ? Reply.Ignored : Reply.Refused,
            StatusCode.ResourceExhausted when failure.Message.Contains("message larger than max", StringComparison.Ordinal) =>
                Reply.Refused,
            // Propeller would send these again in every round, and be refused in every round.
            StatusCode.InvalidArgument
            or StatusCode.FailedPrecondition
            or StatusCode.OutOfRange
            or StatusCode.PermissionDenied
            or StatusCode.Unauthenticated
            or StatusCode.Unimplemented => Reply.Refused,
            _ => Reply.Again,
        };
    }

    private static Reason ReasonOf(Google.Protobuf.IMessage detail) =>
        detail switch
        {
            EventFailureReason reason => reason.ReasonCase,
            Any any when any.Is(EventFailureReason.Descriptor) => any.Unpack<EventFailureReason>().ReasonCase,
            _ => Reason.None,
        };
}

/// <summary>What follows from an answer.</summary>
internal enum Reply
{
    /// <summary>It is stored.</summary>
    Accepted,

    /// <summary>It was stored before.</summary>
    Duplicate,

    /// <summary>It is not stored, and does not matter: the execution is failing anyway.</summary>
    Ignored,

    /// <summary>The execution has ended; nothing more is sent of it.</summary>
    Ended,

    /// <summary>It will never be stored.</summary>
    Refused,

    /// <summary>It may be stored later.</summary>
    Again,
}
