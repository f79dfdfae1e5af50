using Transponder.Notifiers;
using Transponder.TaskTool.Plugins;
using Transponder.TaskTool.Processes;
using Xunit;

namespace Transponder.Tests.TaskTool.Plugins;

public sealed class ProgramAnswerTests
{
    [Fact]
    public void Json_OfEachResult_IsThatResult()
    {
        Assert.Equal(new DeliveryResult.Delivered("r-1", "fine"), Of("""{"result":"delivered","receipt":"r-1","detail":"fine"}"""));
        Assert.Equal(
            new DeliveryResult.Retry(DeliveryReason.Throttled, "slow down", TimeSpan.FromSeconds(2.5)),
            Of("""{"result":"retry","reason":"throttled","detail":"slow\ndown","after":2.5}""")
        );
        Assert.Equal(new DeliveryResult.Rejected(DeliveryReason.AuthFailed, ""), Of("""{"result":"rejected","reason":"auth_failed"}"""));
    }

    [Theory]
    [InlineData("hello", "the program's answer is not a JSON object: hello")]
    [InlineData("[]", "the program's answer is not a JSON object: []")]
    [InlineData("{}", "the program's answer has no result: delivered, retry or rejected")]
    [InlineData("{\"result\":\"sent\"}", "the program's answer has no result: delivered, retry or rejected")]
    public void Answer_OfNoSense_IsSaidSo(string output, string detail) =>
        Assert.Equal(new DeliveryResult.Rejected(DeliveryReason.ProtocolError, detail), Of(output));

    [Fact]
    public void Delivered_WithAFailingCode_IsNotBelieved() =>
        Assert.IsType<DeliveryResult.Retry>(ProgramAnswer.Of(new Ended(1, null), """{"result":"delivered"}""", ""));

    [Fact]
    public void ExitCode_WithoutAnAnswer_Decides()
    {
        Assert.IsType<DeliveryResult.Delivered>(ProgramAnswer.Of(new Ended(0, null), "", "noise"));
        Assert.Equal(
            new DeliveryResult.Retry(DeliveryReason.ServerError, "the program ended with 75: busy"),
            ProgramAnswer.Of(new Ended(75, null), "", "x\nbusy\n")
        );
        Assert.Equal(
            new DeliveryResult.Rejected(DeliveryReason.MessageRejected, "the program ended with 1"),
            ProgramAnswer.Of(new Ended(1, null), "", "")
        );
        Assert.IsType<DeliveryResult.Retry>(ProgramAnswer.Of(new Ended(null, 11), "", ""));
        Assert.IsType<DeliveryResult.Rejected>(ProgramAnswer.Of(Ended.Refused(2), "", ""));
    }

    private static DeliveryResult Of(string output) => ProgramAnswer.Of(new Ended(0, null), output, "");
}
