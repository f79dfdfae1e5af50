using Flyteidl.Admin;
using Transponder.Protocol;
using Transponder.Server.Commands.Play;
using Xunit;

namespace Transponder.Tests.Server.Commands.Play;

public sealed class PropellerReplyTests
{
    private static readonly EventFailureReason Terminal = new() { AlreadyInTerminalState = new EventErrorAlreadyInTerminalState() };
    private static readonly EventFailureReason Cluster = new() { IncompatibleCluster = new EventErrorIncompatibleCluster() };

    [Theory]
    [InlineData(StatusCode.AlreadyExists, false, "Duplicate")]
    [InlineData(StatusCode.NotFound, false, "Refused")]
    [InlineData(StatusCode.NotFound, true, "Ignored")]
    [InlineData(StatusCode.InvalidArgument, false, "Refused")]
    [InlineData(StatusCode.Unauthenticated, false, "Refused")]
    [InlineData(StatusCode.FailedPrecondition, false, "Refused")]
    [InlineData(StatusCode.Unavailable, true, "Again")]
    [InlineData(StatusCode.DeadlineExceeded, false, "Again")]
    [InlineData(StatusCode.ResourceExhausted, false, "Again")]
    [InlineData(StatusCode.Internal, false, "Again")]
    public void Judge_ACode_DoesAsPropellerDoes(StatusCode code, bool failing, string reply) =>
        Assert.Equal(reply, PropellerReply.Judge(new RpcException(code, "no"), failing).ToString());

    [Fact]
    public void Judge_ATerminalExecution_StopsWhateverTheCode() =>
        Assert.Equal(Reply.Ended, PropellerReply.Judge(new RpcException(StatusCode.AlreadyExists, "over", Terminal), failing: false));

    [Theory]
    [InlineData(false, "Refused")]
    [InlineData(true, "Ignored")]
    public void Judge_AnotherCluster_MattersUnlessFailing(bool failing, string reply) =>
        Assert.Equal(
            reply,
            PropellerReply.Judge(new RpcException(StatusCode.FailedPrecondition, "theirs", Packed(Cluster)), failing).ToString()
        );

    [Fact]
    public void Judge_AMessageThatIsTooLarge_IsNotSentAgain() =>
        Assert.Equal(
            Reply.Refused,
            PropellerReply.Judge(
                new RpcException(StatusCode.ResourceExhausted, "grpc: received message larger than max (2 vs. 1)"),
                failing: false
            )
        );

    private static Google.Protobuf.WellKnownTypes.Any Packed(EventFailureReason detail) => Google.Protobuf.WellKnownTypes.Any.Pack(detail);
}
