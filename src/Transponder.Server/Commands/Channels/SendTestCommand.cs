using System.CommandLine;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using Outcome = Transponder.V1.SendTestResponse.Types.Outcome;

namespace Transponder.Server.Commands.Channels;

/// <summary><c>send-test</c>: one message through a channel, and how it went.</summary>
internal static class SendTestCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("address")
        {
            Description = "CHANNEL, CHANNEL:TARGET, or an e-mail address, as a launch plan writes it.",
        };
        var message = new Option<string>("--message", "-m") { Description = "What to say.", HelpName = "TEXT" };
        return new Command("send-test", "Send a test message through a channel of the server; ends with 0 if it was accepted.")
        {
            address,
            message,
        }.Asks(
            async (call, cancellationToken) =>
            {
                var (channel, target) = Split(call.Arguments.GetValue(address)!);
                var request = new SendTestRequest
                {
                    Channel = channel,
                    Target = target,
                    Message = call.Arguments.GetValue(message) ?? "",
                };
                var answer = await call.Client.Operations.SendTestAsync(request, cancellationToken);
                if (call.Screen.IsJson)
                    call.Screen.Json(answer);
                else
                    Show(call.Screen, answer);
                return answer.Outcome == Outcome.Delivered ? ExitCode.Ok : ExitCode.Failed;
            }
        );
    }

    private static void Show(Screen screen, SendTestResponse answer)
    {
        var (word, ink) = answer.Outcome switch
        {
            Outcome.Delivered => ("accepted", Ink.Good),
            Outcome.Retry => ("failed, in a way that may pass", Ink.Doubtful),
            _ => ("refused", Ink.Bad),
        };
        screen.Facts(
            ("Channel", answer.Target.Length > 0 ? $"{answer.Channel} → {answer.Target}" : answer.Channel),
            ("Result", new Cell(word, ink)),
            ("Reason", answer.Reason == "ok" ? "" : answer.Reason),
            ("Answer", answer.Detail),
            ("Took", $"{answer.LatencyMs} ms"),
            ("Message id", answer.Id)
        );
    }

    private static (string Channel, string Target) Split(string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            return (address[..colon], address[(colon + 1)..]);
        return address.Contains('@', StringComparison.Ordinal) ? ("email", address) : (address, "");
    }
}
