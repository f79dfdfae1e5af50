using Google.Protobuf;
using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Tests.Protocol.Json;
using Xunit;

namespace Transponder.Tests.Core.Egress.Formats;

/// <summary>What is read of a request's bytes is what the parsed request says.</summary>
public sealed class RequestFactsTests
{
    [Theory]
    [InlineData(EventKind.Workflow)]
    [InlineData(EventKind.Node)]
    [InlineData(EventKind.Task)]
    public void Bytes_SayWhatTheParsedRequestSays(EventKind kind)
    {
        var random = new Random((int)kind);
        var type = FlyteNames.Of(kind).Message;
        var read = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var request = RandomMessage.Bytes(random, type, 4);
            if (!RequestFacts.TryRead(kind, request, out var facts))
                continue;
            read++;
            Assert.Equal(RequestFacts.Of(type.Parser.ParseFrom(request)), facts);
        }

        Assert.InRange(read, 1, 2_999);
    }

    [Fact]
    public void Bytes_OfOrdinaryRequests_AreEnough()
    {
        var key = new ExecutionKey("p", "d", "e");

        Assert.All(
            [
                EgressSamples.Workflow(key, WorkflowPhase.Running),
                EgressSamples.Node(key, NodePhase.Running),
                EgressSamples.TaskOf(key, TaskPhase.Running),
                EgressSamples.Failed,
            ],
            logged => Assert.True(RequestFacts.TryRead(logged.Kind, logged.Request, out _))
        );
    }

    [Fact]
    public void Bytes_ThatAreNoRequest_AreLeftToTheParser()
    {
        var broken = EgressSamples.Failed with { Request = EgressSamples.Failed.Request[..^1] };

        Assert.False(RequestFacts.TryRead(broken.Kind, broken.Request, out _));
        Assert.Throws<InvalidProtocolBufferException>(() => Occurrence.Unparsed(broken));
    }
}
