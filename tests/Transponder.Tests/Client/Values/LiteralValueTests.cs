using System.Text.Json;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Client.Values;
using Xunit;

namespace Transponder.Tests.Client.Values;

public sealed class LiteralValueTests
{
    private static readonly LiteralType Integer = new() { Simple = SimpleType.Integer };
    private static readonly LiteralType Number = new() { Simple = SimpleType.Float };
    private static readonly LiteralType Text = new() { Simple = SimpleType.String };
    private static readonly LiteralType Json = new() { Simple = SimpleType.Struct };
    private static readonly LiteralType Integers = new() { CollectionType = Integer };

    private enum Colour
    {
        Red,
        Green,
    }

    public static TheoryData<object> Plain =>
        [
            1L,
            -1.5,
            "text",
            true,
            new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero),
            TimeSpan.FromSeconds(90.5),
            new BlobReference("s3://b/f", "csv"),
            new BlobReference("s3://b/d", "", IsDirectory: true),
            new DatasetReference("s3://b/t", "parquet"),
        ];

    [Theory]
    [MemberData(nameof(Plain))]
    public void From_AValueOfANaturalType_ComesBack(object value) => Assert.Equal(value, LiteralValue.Of(LiteralValue.From(value)));

    [Fact]
    public void From_Nothing_ComesBack() => Assert.Null(LiteralValue.Of(LiteralValue.From(null)));

    [Fact]
    public void From_Collections_ComeBack()
    {
        var literal = LiteralValue.From(new Dictionary<string, long[]> { ["b"] = [1, 2], ["a"] = [] });

        Assert.Equal(["a", "b"], literal.Map.Literals.Keys);
        Assert.Equal([1, 2], LiteralValue.Of<Dictionary<string, List<int>>>(literal)!["b"]);
    }

    [Fact]
    public void From_AnObject_IsAStruct()
    {
        var literal = LiteralValue.From(
            new
            {
                name = "x",
                size = 3,
                inner = new { on = true },
            },
            Json
        );

        Assert.Equal(["inner", "name", "size"], literal.Scalar.Generic.Fields.Keys);
        Assert.Equal("""{"inner":{"on":true},"name":"x","size":3}""", Assert.IsType<JsonElement>(LiteralValue.Of(literal)).GetRawText());
    }

    [Theory]
    [InlineData("""{ "rows": [1, 2] }""", "{\"rows\":[1,2]}")]
    public void From_JsonForAStruct_IsTheSame(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(expected, LiteralValue.Of<JsonElement>(LiteralValue.From(document, Json)).GetRawText());
    }

    [Fact]
    public void From_JsonForPlainTypes_IsTheirValue()
    {
        using var document = JsonDocument.Parse("""{ "n": 3, "rows": [4, 5] }""");

        Assert.Equal(3L, LiteralValue.Of(LiteralValue.From(document.RootElement.GetProperty("n"), Integer)));
        Assert.Equal([4, 5], LiteralValue.Of<int[]>(LiteralValue.From(document.RootElement.GetProperty("rows"), Integers))!);
    }

    [Theory]
    [InlineData("2024-01-02T04:04:05.6+01:00", "2024-01-02T03:04:05.6Z")]
    [InlineData("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z")]
    public void From_ATimeInJson_IsATime(string text, string expected)
    {
        var json = JsonSerializer.SerializeToElement(text);

        var literal = LiteralValue.From(json, new LiteralType { Simple = SimpleType.Datetime });

        Assert.Equal(DateTimeOffset.Parse(expected, null), LiteralValue.Of(literal));
    }

    [Fact]
    public void From_ADurationInJson_IsADuration()
    {
        var type = new LiteralType { Simple = SimpleType.Duration };

        Assert.Equal(TimeSpan.FromSeconds(-90.5), LiteralValue.Of(LiteralValue.From(JsonSerializer.SerializeToElement("-90.5s"), type)));
        Assert.Throws<InvalidInputsException>(() => LiteralValue.From(JsonSerializer.SerializeToElement("90"), type));
    }

    [Theory]
    [InlineData("2024-01-02T03:04:05")]
    [InlineData("yesterday")]
    public void From_ATimeInJsonOfNoZone_IsRefused(string text) =>
        Assert.Throws<InvalidInputsException>(() =>
            LiteralValue.From(JsonSerializer.SerializeToElement(text), new LiteralType { Simple = SimpleType.Datetime })
        );

    [Fact]
    public void From_AWrongElement_NamesItsPath()
    {
        object[] rows = [1, 2, 3, "four"];

        var mistake = Assert.Throws<InvalidInputsException>(() => LiteralValue.From(rows, Integers, "inputs.rows"));

        Assert.Equal(["inputs.rows[3]: expected an integer, got the text \"four\""], mistake.Problems);
    }

    [Fact]
    public void From_SeveralMistakes_NamesAll()
    {
        var type = new LiteralType { MapValueType = Integers };
        var value = new Dictionary<string, object?> { ["b"] = null, ["a"] = new object[] { 1.5, true } };

        var mistake = Assert.Throws<InvalidInputsException>(() => LiteralValue.From(value, type, "inputs.m"));

        Assert.Equal(
            [
                "inputs.m[\"a\"][0]: expected an integer, got the number 1.5",
                "inputs.m[\"a\"][1]: expected an integer, got true",
                "inputs.m[\"b\"]: expected a list, each an integer, got nothing",
            ],
            mistake.Problems
        );
    }

    [Fact]
    public void From_ATimeOfNoZone_IsRefused()
    {
        var mistake = Assert.Throws<InvalidInputsException>(() =>
            LiteralValue.From(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Unspecified))
        );

        Assert.Contains("neither UTC nor local", mistake.Message);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void From_AnIntegerThatANumberCannotHold_IsRefused(object value) =>
        Assert.Throws<InvalidInputsException>(() => LiteralValue.From(value, Number));

    [Fact]
    public void From_AUnion_TakesTheNaturalVariant()
    {
        var union = new LiteralType { UnionType = new UnionType { Variants = { Number, Integer, Text } } };

        Assert.Equal(Integer, LiteralValue.From(3, union).Scalar.Union.Type);
        Assert.Equal(Number, LiteralValue.From(3.5, union).Scalar.Union.Type);
        var mistake = Assert.Throws<InvalidInputsException>(() => LiteralValue.From(true, union));
        Assert.Equal("value: expected a number or an integer or text, got true", mistake.Message);
    }

    [Fact]
    public void From_AnEnum_MustBeOneOfItsValues()
    {
        var type = new LiteralType { EnumType = new EnumType { Values = { "Red", "Blue" } } };

        Assert.Equal(Colour.Red, LiteralValue.Of<Colour>(LiteralValue.From(Colour.Red, type)));
        var mistake = Assert.Throws<InvalidInputsException>(() => LiteralValue.From(Colour.Green, type));
        Assert.Equal("value: expected one of Red, Blue, got the constant Green", mistake.Message);
    }

    [Fact]
    public void From_AFileOfAnotherFormat_IsRefused()
    {
        var type = new LiteralType { Blob = new BlobType { Format = "csv" } };

        Assert.Equal("csv", LiteralValue.From(new BlobReference("s3://b/f"), type).Scalar.Blob.Metadata.Type.Format);
        var mistake = Assert.Throws<InvalidInputsException>(() => LiteralValue.From(new BlobReference("s3://b/f", "png"), type));
        Assert.Equal("value: expected a file of format csv, got a file of format png", mistake.Message);
    }

    [Fact]
    public void Of_MessagePack_IsJson()
    {
        byte[] packed =
        [
            0x82,
            0xa1,
            (byte)'x',
            0xd1,
            0xff,
            0x00,
            0xa1,
            (byte)'y',
            0x94,
            0xc3,
            0xc0,
            0xcb,
            0x3f,
            0xf8,
            0,
            0,
            0,
            0,
            0,
            0,
            0xa2,
            0xc3,
            0xa9,
        ];
        var literal = new Literal
        {
            Scalar = new Scalar
            {
                Binary = new Binary { Tag = "msgpack", Value = ByteString.CopyFrom(packed) },
            },
        };
        var broken = literal.Clone();
        broken.Scalar.Binary.Value = ByteString.CopyFrom(packed[..^1]);

        var json = LiteralValue.Of<JsonElement>(literal);

        Assert.Equal(-256, json.GetProperty("x").GetInt32());
        Assert.Equal(
            [true, null, 1.5, "é"],
            json.GetProperty("y").EnumerateArray().Select(one => one.Deserialize<object>()?.ToString() is { } text ? Read(text) : null)
        );
        Assert.IsType<byte[]>(LiteralValue.Of(broken));

        static object Read(string text) =>
            text switch
            {
                "True" => true,
                "1.5" => 1.5,
                _ => text,
            };
    }

    [Fact]
    public void Of_NumbersThatJsonDoesNotKnow_AreRead()
    {
        var value = new Google.Protobuf.WellKnownTypes.Struct
        {
            Fields = { ["loss"] = Google.Protobuf.WellKnownTypes.Value.ForNumber(double.NaN) },
        };
        var written = new Literal { Scalar = new Scalar { Generic = value } };
        byte[] packed = [0x81, 0xa4, (byte)'l', (byte)'o', (byte)'s', (byte)'s', 0xca, 0xff, 0x80, 0, 0];
        var binary = new Literal
        {
            Scalar = new Scalar
            {
                Binary = new Binary { Tag = "msgpack", Value = ByteString.CopyFrom(packed) },
            },
        };

        Assert.Equal(double.NaN, LiteralValue.Of<Dictionary<string, double>>(written)!["loss"]);
        Assert.Equal(double.NegativeInfinity, LiteralValue.Of<Dictionary<string, double>>(binary)!["loss"]);
    }

    [Fact]
    public void Of_ANumberThatIsNoInteger_CannotBeReadAsOne() =>
        Assert.Throws<InvalidCastException>(() => LiteralValue.Of<int>(LiteralValue.From(1.5)));
}
