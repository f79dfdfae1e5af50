using Flyteidl.Admin;
using Microsoft.AspNetCore.Http;
using Transponder.Protocol;
using Transponder.Server.Wire.Grpc;
using Xunit;
using GrpcStatus = Transponder.Server.Wire.Grpc.GrpcStatus;

namespace Transponder.Tests.Server.Wire;

public sealed class GrpcStatusTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100%", "100%25")]
    [InlineData("a\r\nb", "a%0D%0Ab")]
    [InlineData("é😀", "%C3%A9%F0%9F%98%80")]
    [InlineData("", "")]
    public void Message_IsPercentEncoded(string message, string encoded) => Assert.Equal(encoded, PercentEncoding.Encode(message));

    [Theory]
    [InlineData("x", 100_000, true)]
    [InlineData("x", 100_000, false)]
    [InlineData("😀", 30_000, true)]
    [InlineData("😀", 30_000, false)]
    [InlineData("%", 7_000, true)]
    public void Message_IsCutToTheBudget_NeverInsideARune(string letter, int count, bool withDetails)
    {
        var headers = Write(string.Concat(Enumerable.Repeat(letter, count)), withDetails);

        var message = headers["grpc-message"].ToString();
        Assert.InRange(message.Length + headers["grpc-status-details-bin"].ToString().Length, GrpcStatus.Budget - 100, GrpcStatus.Budget);
        Assert.EndsWith(letter + " [cut]", Uri.UnescapeDataString(message), StringComparison.Ordinal);
    }

    [Fact]
    public void Details_LargerThanTheBudget_StayAndTheMessageGoes()
    {
        var failure = new EventFailureReason
        {
            AlreadyInTerminalState = new EventErrorAlreadyInTerminalState { CurrentPhase = new string('p', 8_000) },
        };
        var headers = new HeaderDictionary();
        GrpcStatus.Write(headers, new RpcException(StatusCode.FailedPrecondition, "message", failure));

        Assert.Equal("", headers["grpc-message"]);
        Assert.True(headers["grpc-status-details-bin"].ToString().Length > 8_000);
    }

    [Theory]
    [InlineData("1H", 3600)]
    [InlineData("5M", 300)]
    [InlineData("99999999S", 40 * 86400)]
    [InlineData("250m", 0.25)]
    [InlineData("100u", 0.0001)]
    [InlineData("1000n", 0.000001)]
    public void Timeout_IsRead(string text, double seconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(seconds, timeout.TotalSeconds, 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    public void Timeout_Malformed_IsRefused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    private static HeaderDictionary Write(string message, bool withDetails)
    {
        var headers = new HeaderDictionary();
        var details = new EventFailureReason { AlreadyInTerminalState = new EventErrorAlreadyInTerminalState { CurrentPhase = "FAILED" } };
        GrpcStatus.Write(
            headers,
            withDetails
                ? new RpcException(StatusCode.FailedPrecondition, message, details)
                : new RpcException(StatusCode.FailedPrecondition, message)
        );
        return headers;
    }
}
