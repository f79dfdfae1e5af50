using System.Text;
using Transponder.Protocol.CloudEvents;
using Xunit;

namespace Transponder.Tests.Protocol.CloudEvents;

public sealed class CloudEventFormsTests
{
    private static readonly DateTimeOffset Moment = new(2024, 1, 2, 4, 4, 5, TimeSpan.FromHours(1));

    [Fact]
    public void Json_WithAllAttributes_HasDataInline()
    {
        var told = Event(
            "application/json; charset=utf-8",
            """{"a":1}""",
            subject: "s \"é",
            schema: "https://example.com/s",
            extensions: [new("sequence", "01")]
        );

        Assert.Equal(
            """{"specversion":"1.0","id":"1","source":"/x","type":"t","subject":"s \"é","time":"2024-01-02T03:04:05Z","datacontenttype":"application/json; charset=utf-8","dataschema":"https://example.com/s","sequence":"01","data":{"a":1}}""",
            Text(told)
        );
    }

    [Theory]
    [InlineData("application/json", false, "\"data\":{}")]
    [InlineData("application/problem+JSON", false, "\"data\":{}")]
    [InlineData(null, false, "\"data\":{}")]
    [InlineData("application/json", true, "\"data_base64\":\"e30=\"")]
    [InlineData("text/plain", false, "\"data\":\"{}\"")]
    [InlineData("text/plain", true, "\"data_base64\":\"e30=\"")]
    [InlineData("application/protobuf", false, "\"data_base64\":\"e30=\"")]
    public void Json_Data_StandsAsItsMediaTypeSays(string? type, bool binary, string expected) =>
        Assert.EndsWith(expected + "}", Text(Event(type, "{}", binary: binary)), StringComparison.Ordinal);

    [Fact]
    public void Json_TextThatIsNone_IsBase64() =>
        Assert.EndsWith(
            "\"data_base64\":\"/w==\"}",
            Text(
                new CloudEvent
                {
                    Id = "1",
                    Source = "/x",
                    Type = "t",
                    DataContentType = "text/plain",
                    Data = new byte[] { 255 },
                }
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Batch_OfNoneOneAndTwo_IsAnArray()
    {
        var told = new CloudEvent
        {
            Id = "1",
            Source = "/x",
            Type = "t",
        };
        const string One = """{"specversion":"1.0","id":"1","source":"/x","type":"t"}""";

        Assert.Equal("[]", Encoding.UTF8.GetString(CloudEventJson.ToUtf8Batch([])));
        Assert.Equal($"[{One}]", Encoding.UTF8.GetString(CloudEventJson.ToUtf8Batch([told])));
        Assert.Equal($"[{One},{One}]", Encoding.UTF8.GetString(CloudEventJson.ToUtf8Batch([told, told])));
    }

    [Fact]
    public void Kafka_HeadersAreAsTheyStand_ContentTypeLast()
    {
        var told = Event("application/json", "{}", subject: "Größe 100 %", extensions: [new("partitionkey", "k")]);

        Assert.Equal(
            "ce_specversion=1.0 ce_type=t ce_source=/x ce_id=1 ce_subject=Größe 100 % ce_time=2024-01-02T03:04:05Z ce_partitionkey=k content-type=application/json",
            string.Join(' ', CloudEventHeaders.Kafka(told).Select(header => $"{header.Key}={header.Value}"))
        );
    }

    [Theory]
    [InlineData("plain/text.A-Z~!", "plain/text.A-Z~!")]
    [InlineData("a b", "a%20b")]
    [InlineData("100 % \"é\" 👩", "100%20%25%20%22%C3%A9%22%20%F0%9F%91%A9")]
    [InlineData("a\r\nb\0", "a%0D%0Ab%00")]
    public void Http_Values_ArePercentEncodedWhereAHeaderCannotCarryThem(string subject, string expected) =>
        Assert.Contains(new("ce-subject", expected), CloudEventHeaders.Http(Event(null, "", subject: subject)));

    [Fact]
    public void Http_Headers_LeaveTheContentTypeToTheBody() =>
        Assert.DoesNotContain(CloudEventHeaders.Http(Event("application/json", "{}")), header => header.Key.Contains("content"));

    [Theory]
    [InlineData(0, 0, "2024-01-02T03:04:05Z")]
    [InlineData(6_000_000, 0, "2024-01-02T03:04:05.6Z")]
    [InlineData(1, 0, "2024-01-02T03:04:05.0000001Z")]
    [InlineData(1_234_567, 89, "2024-01-02T03:04:05.123456789Z")]
    public void Time_HasAsManyDigitsAsItNeeds(int ticks, int nanos, string expected)
    {
        var told = new CloudEvent
        {
            Id = "1",
            Source = "/x",
            Type = "t",
            Time = Moment.AddTicks(ticks),
            TimeNanos = nanos,
        };

        Assert.Contains(new("ce_time", expected), CloudEventHeaders.Kafka(told));
    }

    [Fact]
    public void Protobuf_OfLeast_IsFourFields() =>
        Assert.Equal(
            Convert.FromHexString("0A0131" + "12022F78" + "1A03312E30" + "220174"),
            CloudEventProtobuf.ToBytes(
                new CloudEvent
                {
                    Id = "1",
                    Source = "/x",
                    Type = "t",
                }
            )
        );

    [Fact]
    public void Protobuf_TimeBefore1970_CountsNanosecondsForward()
    {
        var told = new CloudEvent
        {
            Id = "1",
            Source = "/x",
            Type = "t",
            Time = DateTimeOffset.UnixEpoch.AddMilliseconds(-500),
        };

        var bytes = CloudEventProtobuf.ToBytes(told);

        var expected = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = -1, Nanos = 500_000_000 };
        Assert.Equal(Google.Protobuf.MessageExtensions.ToByteArray(expected), bytes[^expected.CalculateSize()..]);
    }

    private static CloudEvent Event(
        string? type,
        string data,
        bool binary = false,
        string? subject = null,
        string? schema = null,
        KeyValuePair<string, string>[]? extensions = null
    ) =>
        new()
        {
            Id = "1",
            Source = "/x",
            Type = "t",
            Subject = subject,
            Time = Moment,
            DataContentType = type,
            DataSchema = schema,
            Extensions = extensions ?? [],
            Data = Encoding.UTF8.GetBytes(data),
            DataIsBinary = binary,
        };

    private static string Text(CloudEvent told) => Encoding.UTF8.GetString(CloudEventJson.ToUtf8(told));
}
