using System.Text;
using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol.Json;
using Xunit;

namespace Transponder.Tests.Protocol.Json;

public sealed class ProtoJsonWriterTests
{
    private const string FailedEvent =
        "CgVyZXEtMRJTCiAKC2ZseXRlc25hY2tzEgtkZXZlbG9wbWVudCIEZTEyNBIJcHJvcGVsbGVyGAYiDAil+s2sBhCAjI2eAjIUCglVU0VSOkJvb20SBXVoLW9oIAE=";

    private const string FailedEventJson =
        """{"requestId":"req-1","event":{"executionId":{"project":"flytesnacks","domain":"development","name":"e124"},"producerId":"propeller","phase":"FAILED","occurredAt":"2024-01-02T03:04:05.600Z","error":{"code":"USER:Boom","message":"uh-oh","kind":"USER"}}}""";

    private static readonly ProtoJsonOptions Admin = new() { FieldNames = JsonFieldNames.Proto, EmitDefaults = true };

    [Fact]
    public void Compact_FailedEvent_MatchesTheKnownBytes()
    {
        var request = WorkflowExecutionEventRequest.Parser.ParseFrom(Convert.FromBase64String(FailedEvent));

        Assert.Equal(FailedEventJson, Write(request, ProtoJsonOptions.Compact));
    }

    [Fact]
    public void Defaults_Emitted_AreNullEmptyAndZero_ButNotOneofMembers()
    {
        Assert.Equal(
            """{"id":{"resource_type":"TASK","project":"p","domain":"","name":"","version":"","org":""},"closure":null,"short_description":""}""",
            Write(
                new Flyteidl.Admin.Task
                {
                    Id = new Identifier { ResourceType = ResourceType.Task, Project = "p" },
                },
                Admin
            )
        );
        Assert.Equal("""{"executions":[],"token":""}""", Write(new ExecutionList(), Admin));
        Assert.Equal("""{"hash":"","metadata":{}}""", Write(new Literal(), Admin));
    }

    [Fact]
    public void Oneof_SetToItsZero_IsWritten()
    {
        Assert.Equal("""{"integer":"0"}""", Write(new Primitive { Integer = 0 }, ProtoJsonOptions.Compact));
        Assert.Equal("""{"boolean":false}""", Write(new Primitive { Boolean = false }, Admin));
    }

    [Fact]
    public void Text_KeepsMarkupAndLetters_AndEscapesControls() =>
        Assert.Equal(
            "{\"stringValue\":\"<a>&'é\\n\\\"\\u0001\"}",
            Write(new Primitive { StringValue = "<a>&'é\n\"\u0001" }, ProtoJsonOptions.Compact)
        );

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(1, 500_000_000, "1970-01-01T00:00:01.500Z")]
    [InlineData(1, 1_000, "1970-01-01T00:00:01.000001Z")]
    [InlineData(1, 1, "1970-01-01T00:00:01.000000001Z")]
    [InlineData(-1, 0, "1969-12-31T23:59:59Z")]
    [InlineData(long.MaxValue, 0, "9999-12-31T23:59:59.999999999Z")]
    [InlineData(long.MinValue, 7, "0001-01-01T00:00:00Z")]
    [InlineData(0, -5, "1970-01-01T00:00:00Z")]
    public void Timestamp_IsRfc3339_AndClampedToItsRange(long seconds, int nanos, string text) =>
        Assert.Equal($"\"{text}\"", Write(new Timestamp { Seconds = seconds, Nanos = nanos }, ProtoJsonOptions.Compact));

    [Theory]
    [InlineData(0, 0, "0s")]
    [InlineData(1, 500_000_000, "1.500s")]
    [InlineData(0, -1_000, "-0.000001s")]
    [InlineData(-3, -1, "-3.000000001s")]
    [InlineData(1, -500_000_000, "0.500s")]
    [InlineData(long.MaxValue, int.MaxValue, "315576000000s")]
    public void Duration_IsSeconds_AndClampedToItsRange(long seconds, int nanos, string text) =>
        Assert.Equal($"\"{text}\"", Write(new Duration { Seconds = seconds, Nanos = nanos }, ProtoJsonOptions.Compact));

    [Fact]
    public void Struct_IsPlainJson_WithKeysInOrder_AndEmptyValuesAsNull()
    {
        var value = new Struct
        {
            Fields =
            {
                ["b"] = Value.ForNumber(1.5),
                ["a"] = Value.ForList(Value.ForBool(true), Value.ForNull(), Value.ForString("x")),
                ["c"] = new Value(),
                ["d"] = Value.ForNumber(double.NaN),
            },
        };

        Assert.Equal("""{"a":[true,null,"x"],"b":1.5,"c":null,"d":"NaN"}""", Write(value, ProtoJsonOptions.Compact));
    }

    [Fact]
    public void Any_KnownTypesAreSpelledOut_OthersAreBase64()
    {
        var types = new ProtoJsonOptions { Types = TypeRegistry.FromMessages(Identifier.Descriptor, Duration.Descriptor) };
        Assert.Equal(
            """{"@type":"type.googleapis.com/flyteidl.core.Identifier","name":"n"}""",
            Write(Any.Pack(new Identifier { Name = "n" }), types)
        );
        Assert.Equal(
            """{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}""",
            Write(Any.Pack(new Duration { Seconds = 1 }), types)
        );
        Assert.Equal(
            """{"@type":"type.googleapis.com/google.protobuf.Duration","value":"CAE="}""",
            Write(Any.Pack(new Duration { Seconds = 1 }), ProtoJsonOptions.Compact)
        );
        Assert.Equal(
            """{"@type":"type.googleapis.com/flyteidl.core.Identifier","value":"/w=="}""",
            Write(new Any { TypeUrl = "type.googleapis.com/flyteidl.core.Identifier", Value = ByteString.CopyFrom(0xff) }, types)
        );
    }

    [Fact]
    public void Wrappers_AndMasks_AreTheirContents()
    {
        Assert.Equal("\"7\"", Write(new Int64Value { Value = 7 }, ProtoJsonOptions.Compact));
        Assert.Equal("\"aB,c.dE\"", Write(new FieldMask { Paths = { "a_b", "c.d_e" } }, ProtoJsonOptions.Compact));
        Assert.Equal("""{"interruptible":false}""", Write(new ExecutionSpec { Interruptible = false }, ProtoJsonOptions.Compact));
        Assert.Equal("{}", Write(new Empty(), Admin));
    }

    [Fact]
    public void Enum_WithoutName_IsItsNumber() =>
        Assert.Equal("""{"resourceType":99}""", Write(new Identifier { ResourceType = (ResourceType)99 }, ProtoJsonOptions.Compact));

    private static string Write(IMessage message, ProtoJsonOptions options) =>
        Encoding.UTF8.GetString(new ProtoJsonWriter(options).ToUtf8(message));
}
