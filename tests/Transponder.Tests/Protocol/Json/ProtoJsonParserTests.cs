using System.Text;
using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol.Json;
using Xunit;

namespace Transponder.Tests.Protocol.Json;

public sealed class ProtoJsonParserTests
{
    [Theory]
    [InlineData("""{"resource_type":"TASK","name":"n"}""")]
    [InlineData("""{"resourceType":"task","name":"n"}""")]
    [InlineData("""{"resourceType":1,"name":"n","project":null}""")]
    [InlineData("""{"resourceType":"1","name":"n"}""")]
    public void Enums_AndNames_AreTakenInEverySpelling(string json) =>
        Assert.Equal(new Identifier { ResourceType = ResourceType.Task, Name = "n" }, Parse<Identifier>(json));

    [Theory]
    [InlineData("""{"integer":"12"}""", 12)]
    [InlineData("""{"integer":12}""", 12)]
    [InlineData("""{"integer":1.2e1}""", 12)]
    [InlineData("""{"integer":"-9223372036854775808"}""", long.MinValue)]
    public void Integers_ComeQuotedOrNot(string json, long value) => Assert.Equal(value, Parse<Primitive>(json).Integer);

    [Theory]
    [InlineData("-_8", new byte[] { 0xfb, 0xff })]
    [InlineData("+/8=", new byte[] { 0xfb, 0xff })]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("", new byte[0])]
    public void Bytes_ComeInEitherAlphabet_PaddedOrNot(string text, byte[] bytes) =>
        Assert.Equal(bytes, Parse<Binary>($$"""{"value":"{{text}}"}""").Value.ToByteArray());

    [Theory]
    [InlineData("2024-01-02T03:04:05.600Z", 1704164645, 600_000_000)]
    [InlineData("2024-01-02T03:04:05Z", 1704164645, 0)]
    [InlineData("2024-01-02T04:04:05.000000001+01:00", 1704164645, 1)]
    public void Timestamps_AreRfc3339(string text, long seconds, int nanos) =>
        Assert.Equal(new Timestamp { Seconds = seconds, Nanos = nanos }, Parse<Timestamp>($"\"{text}\""));

    [Fact]
    public void Durations_Structs_Wrappers_AndMaps_AreRead()
    {
        Assert.Equal(new Duration { Seconds = -1, Nanos = -500_000_000 }, Parse<Duration>("\"-1.5s\""));
        var custom = Parse<Struct>("""{"a":[1,null,"x",{"b":true}]}""");
        Assert.True(custom.Fields["a"].ListValue.Values[3].StructValue.Fields["b"].BoolValue);
        Assert.Equal(Value.KindOneofCase.NullValue, custom.Fields["a"].ListValue.Values[1].KindCase);
        Assert.True(Parse<ExecutionSpec>("""{"interruptible":true}""").Interruptible);
        Assert.Equal("v", Parse<Labels>("""{"values":{"k":"v"}}""").Values["k"]);
        Assert.Equal(["a_b", "c"], Parse<FieldMask>("\"aB,c\"").Paths);
    }

    [Theory]
    [InlineData("""{"nonsense":1}""", "unknown field \"nonsense\"")]
    [InlineData("""{"name":1}""", "Identifier.name: 1 is not a String")]
    [InlineData("""{"resourceType":"nonsense"}""", "Identifier.resource_type: \"nonsense\" is not a ResourceType")]
    [InlineData("""[]""", "Identifier: [] should be Object")]
    [InlineData("""{"name":""", "not valid JSON")]
    [InlineData("""{"name":"a","name":"b"}""", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void WrongJson_IsAnErrorThatNamesTheField(string json, string message) =>
        Assert.Contains(message, Assert.Throws<ProtoJsonException>(() => Parse<Identifier>(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"integer":"1","boolean":true}""")]
    [InlineData("""{"integer":"9223372036854775808"}""")]
    [InlineData("""{"integer":1.5}""")]
    [InlineData("""{"float_value":"1e999"}""")]
    [InlineData("""{"boolean":"true"}""")]
    [InlineData("""{"datetime":"yesterday"}""")]
    [InlineData("""{"duration":"5"}""")]
    public void Primitive_OutOfItsType_IsAnError(string json) => Assert.Throws<ProtoJsonException>(() => Parse<Primitive>(json));

    [Fact]
    public void Nesting_BeyondTheLimit_IsAnError()
    {
        var json =
            string.Concat(Enumerable.Repeat("""{"collection":{"literals":[""", 200)) + "{}" + string.Concat(Enumerable.Repeat("]}}", 200));
        Assert.Throws<ProtoJsonException>(() => Parse<Literal>(json));
    }

    [Fact]
    public void Nesting_ThatIsTaken_CanBeParsedAgain()
    {
        var taken = 0;
        for (var depth = 1; depth < 150; depth++)
        {
            var json = string.Concat(Enumerable.Repeat("""{"a":""", depth)) + "1" + new string('}', depth);
            try
            {
                var message = Parse<Struct>(json);
                Assert.Equal(message, Struct.Parser.ParseFrom(message.ToByteArray()));
                taken = depth;
            }
            catch (ProtoJsonException)
            {
                break;
            }
        }

        Assert.InRange(taken, 30, 40);
    }

    [Fact]
    public void UnknownFields_ArePassedOver_WhenTheDialectSaysSo()
    {
        var parser = new ProtoJsonParser(new ProtoJsonOptions { IgnoreUnknownFields = true });
        Assert.Equal(new Identifier { Name = "n" }, parser.Parse("""{"nonsense":{},"name":"n"}"""u8.ToArray(), Identifier.Descriptor));
    }

    [Fact]
    public void WhatTheWriterWrites_TheParserReads()
    {
        var options = new ProtoJsonOptions { Types = TypeRegistry.FromMessages(Identifier.Descriptor, Timestamp.Descriptor) };
        var execution = new Execution
        {
            Id = new WorkflowExecutionIdentifier { Project = "p" },
            Spec = new ExecutionSpec
            {
                Notifications = new NotificationList
                {
                    Notifications =
                    {
                        new Notification
                        {
                            Email = new EmailNotification { RecipientsEmail = { "a@b" } },
                            Phases = { WorkflowExecution.Types.Phase.Failed },
                        },
                    },
                },
                Interruptible = false,
                Labels = new Labels { Values = { ["a"] = "😀" } },
            },
            Closure = new ExecutionClosure
            {
                StartedAt = new Timestamp { Seconds = 5, Nanos = 7 },
                Duration = new Duration { Nanos = -3 },
            },
        };
        foreach (var dialect in new[] { options, options with { FieldNames = JsonFieldNames.Proto, EmitDefaults = true } })
        {
            var json = new ProtoJsonWriter(dialect).ToUtf8(execution);
            Assert.Equal(execution, new ProtoJsonParser(options).Parse(json, Execution.Descriptor));
        }

        var any = Any.Pack(new Timestamp { Seconds = 1 });
        Assert.Equal(any, new ProtoJsonParser(options).Parse(new ProtoJsonWriter(options).ToUtf8(any), Any.Descriptor));
    }

    private static T Parse<T>(string json)
        where T : IMessage<T>, new() =>
        (T)new ProtoJsonParser(new ProtoJsonOptions()).Parse(Encoding.UTF8.GetBytes(json), new T().Descriptor);
}
