using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol.Json;
using Xunit;
using TaskExecutionMetadata = Flyteidl.Event.TaskExecutionMetadata;

namespace Transponder.Tests.Protocol.Json;

/// <summary>JSON straight of the wire is the JSON of the parsed message, whatever is on the wire.</summary>
public sealed class WireJsonTests
{
    private static readonly MessageDescriptor[] types =
    [
        WorkflowExecutionEventRequest.Descriptor,
        NodeExecutionEventRequest.Descriptor,
        TaskExecutionEventRequest.Descriptor,
        LaunchPlan.Descriptor,
        CompiledWorkflowClosure.Descriptor,
    ];

    public static TheoryData<string, string> Texts =>
        new()
        {
            { "plain", "plain" },
            { "quote", "a \"b\" \\ c" },
            { "markup", "<a href='x'>&amp;</a>" },
            { "controls", "\0\u0001\t\n\u007F\u2028" },
            { "letters", "größer 中文" },
            { "emoji", "done 🎉" },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_IsEscapedAsTheWriterEscapesIt(string name, string text)
    {
        Assert.NotEmpty(name);
        AssertSame(
            new WorkflowExecutionEventRequest
            {
                RequestId = text,
                Event = new() { ProducerId = text },
            }
        );
    }

    [Fact]
    public void Text_ThatIsNotUtf8_IsReplacedAsByTheParser() =>
        AssertSame(WorkflowExecutionEventRequest.Descriptor, [0x0A, 4, (byte)'a', 0xFF, 0xC3, (byte)'b']);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_704_164_645, 600_000_000)]
    [InlineData(1_704_164_645, 600_100_000)]
    [InlineData(1_704_164_645, 1)]
    [InlineData(-62_135_596_800, 0)]
    [InlineData(253_402_300_799, 999_999_999)]
    [InlineData(long.MinValue, -1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Time_HasTheWritersDigitsAndLimits(long seconds, int nanos) =>
        AssertSame(
            new TaskExecutionEventRequest
            {
                Event = new()
                {
                    OccurredAt = new() { Seconds = seconds, Nanos = nanos },
                },
            }
        );

    [Fact]
    public void Numbers_OfEveryKind_AreWrittenAsTheWriterDoes()
    {
        AssertSame(
            new TaskExecutionEventRequest
            {
                Event = new()
                {
                    RetryAttempt = uint.MaxValue,
                    EventVersion = int.MinValue,
                    Phase = (TaskPhase)99,
                    InputUri = "",
                    Metadata = new() { InstanceClass = TaskExecutionMetadata.Types.InstanceClass.Interruptible },
                },
            }
        );
        AssertSame(
            new NodeExecutionEventRequest
            {
                Event = new() { IsParent = true, Phase = (NodePhase)(-1) },
            }
        );
        AssertSame(new Primitive { Integer = long.MinValue });
        AssertSame(new Primitive { Integer = 0 });
        AssertSame(new Primitive { FloatValue = double.NaN });
        AssertSame(new Binary { Value = ByteString.CopyFromUtf8("bytes?>"), Tag = "t" });
    }

    [Fact]
    public void Parts_ThatAreParsed_StandAtTheirPlaces() =>
        AssertSame(
            new TaskExecutionEventRequest
            {
                RequestId = "r",
                Event = new()
                {
                    TaskId = new() { ResourceType = ResourceType.Task, Name = "t" },
                    Logs =
                    {
                        new TaskLog
                        {
                            Uri = "u",
                            Ttl = new Duration { Seconds = 3 },
                        },
                        new TaskLog(),
                    },
                    CustomInfo = new() { Fields = { ["b"] = Value.ForNumber(1), ["a"] = Value.ForList(Value.ForNull()) } },
                    OutputData = new() { Literals = { ["x"] = new() { Scalar = new() { Primitive = new() { StringValue = "v" } } } } },
                    Reasons =
                    {
                        new EventReason { Reason = "one" },
                        new EventReason { OccurredAt = new() },
                    },
                    TaskType = "python",
                },
            }
        );

    [Fact]
    public void Fields_OutOfOrderRepeatedAndUnknown_AreReadAsTheParserReadsThem()
    {
        var first = new TaskExecutionEventRequest
        {
            RequestId = "first",
            Event = new()
            {
                InputUri = "in",
                Reasons = { new EventReason { Reason = "one" } },
                TaskType = "a",
            },
        };
        var second = new TaskExecutionEventRequest
        {
            RequestId = "second",
            Event = new()
            {
                InputData = new(),
                Reasons = { new EventReason { Reason = "two" } },
                RetryAttempt = 3,
            },
        };
        byte[] unknown = [0xC2, 0x3E, 2, 1, 2, 0xC0, 0x3E, 5];

        AssertSame(TaskExecutionEventRequest.Descriptor, [.. first.ToByteArray(), .. second.ToByteArray()]);
        AssertSame(TaskExecutionEventRequest.Descriptor, [.. unknown, .. first.ToByteArray(), .. unknown, 0x0A, 1, (byte)'x']);
        AssertSame(NodeExecutionEvent.Descriptor, [0x88, 0x01, 1, 0x18, 3, 0x88, 0x01, 0, 0x18, 0]);
        AssertSame(NodeExecutionEvent.Descriptor, [0x2A, 1, (byte)'a', 0xA2, 0x01, 0]);
        AssertSame(NodeExecutionEvent.Descriptor, [0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x12, 1, (byte)'p']);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyBytes_AreWrittenAlike_OrRefusedAlike(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var type = types[random.Next(types.Length)];
            var message = RandomMessage.Bytes(random, type, 5);
            AssertSame(type, message);
            if (message.Length == 0)
                continue;
            for (var changes = random.Next(4); changes >= 0; changes--)
                message[random.Next(message.Length)] = (byte)random.Next(256);
            AssertSame(type, random.Next(3) == 0 ? message[..random.Next(message.Length)] : message);
        }
    }

    private static void AssertSame(IMessage message) => AssertSame(message.Descriptor, message.ToByteArray());

    private static void AssertSame(MessageDescriptor type, byte[] message) => Assert.Equal(Parsed(type, message), Straight(type, message));

    private static string Parsed(MessageDescriptor type, byte[] message)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetString(
                new ProtoJsonWriter(ProtoJsonOptions.Compact).ToUtf8(type.Parser.ParseFrom(message))
            );
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return "refused";
        }
    }

    private static string Straight(MessageDescriptor type, byte[] message)
    {
        var text = new JsonText(1);
        try
        {
            WireJson.Write(text, type, message);
            return System.Text.Encoding.UTF8.GetString(text.Written);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return "refused";
        }
    }

    // The parser reads beyond a wrapper that ends too early.
    private static bool IsRefusal(Exception error) => error is InvalidProtocolBufferException or InvalidOperationException;
}
