using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Transponder.TaskTool.Processes;

namespace Transponder.TaskTool.Plugins;

/// <summary>Reads what a program answered: JSON with a <c>result</c>, or only an exit code: 0 is sent, 75 may work later, any other is refused.</summary>
internal static class ProgramAnswer
{
    private const int TryLater = 75;
    private const int LongestDetail = 300;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    public static DeliveryResult Of(Ended ended, string output, string errors)
    {
        if (ended.NotStarted is { } why)
            return new DeliveryResult.Rejected(
                DeliveryReason.DestinationGone,
                $"the program could not be started: {why}",
                RejectionScope.Destination
            );
        if (output.AsSpan().Trim().Length > 0)
            return Parse(output, ended);
        var detail = Said(ended, errors);
        return ended.ShellCode switch
        {
            0 => new DeliveryResult.Delivered(),
            TryLater => new DeliveryResult.Retry(DeliveryReason.ServerError, detail),
            _ when ended.Signal is not null => new DeliveryResult.Retry(DeliveryReason.InternalError, detail),
            _ => new DeliveryResult.Rejected(DeliveryReason.MessageRejected, detail),
        };
    }

    private static DeliveryResult Parse(string output, Ended ended)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            var answer = json.RootElement;
            var detail = Line(Text(answer, "detail") ?? "");
            return Text(answer, "result") switch
            {
                "delivered" when ended.ShellCode == 0 => new DeliveryResult.Delivered(Text(answer, "receipt"), detail),
                "delivered" => new DeliveryResult.Retry(DeliveryReason.ProtocolError, $"the program says delivered, but {Ending(ended)}"),
                "retry" => new DeliveryResult.Retry(Reason(answer, DeliveryReason.ServerError), detail, After(answer)),
                "rejected" => new DeliveryResult.Rejected(Reason(answer, DeliveryReason.MessageRejected), detail),
                _ => new DeliveryResult.Rejected(
                    DeliveryReason.ProtocolError,
                    "the program's answer has no result: delivered, retry or rejected"
                ),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new DeliveryResult.Rejected(DeliveryReason.ProtocolError, $"the program's answer is not a JSON object: {Line(output)}");
        }
    }

    private static DeliveryReason Reason(JsonElement answer, DeliveryReason usual) =>
        Enum.TryParse<DeliveryReason>(Text(answer, "reason")?.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var reason)
        && Enum.IsDefined(reason)
        && reason != DeliveryReason.Ok
            ? reason
            : usual;

    private static TimeSpan? After(JsonElement answer) =>
        answer.TryGetProperty("after", out var after) && after.TryGetDouble(out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestPause.TotalSeconds))
            : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static string Said(Ended ended, string errors)
    {
        var last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return last is null ? $"the program {Ending(ended)}" : $"the program {Ending(ended)}: {Line(last)}";
    }

    private static string Ending(Ended ended) =>
        ended.Signal is { } signal
            ? $"was ended by {Signals.NameOf(signal)}"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ended with {ended.Code}");

    private static string Line(string text) => VisibleText.Line(text, LongestDetail);
}
