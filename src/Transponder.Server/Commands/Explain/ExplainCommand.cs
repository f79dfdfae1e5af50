using System.CommandLine;
using System.Globalization;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;

namespace Transponder.Server.Commands.Explain;

/// <summary><c>explain</c>: which notifications applied to an execution, and what became of each.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var execution = new Argument<string>("execution") { Description = $"The execution: {ExecutionName.Form}." };
        return new Command("explain", "Tell who was told about an execution, who was not, and why.") { execution }.Asks(
            async (call, cancellationToken) =>
            {
                var request = new ExplainExecutionRequest { Id = ExecutionName.Parse(call.Arguments.GetValue(execution)!) };
                var answer = await call.Client.Deliveries.ExplainExecutionAsync(request, cancellationToken);
                if (call.Screen.IsJson)
                    call.Screen.Json(answer);
                else
                    Show(call.Screen, answer);
                return ExitCode.Ok;
            }
        );
    }

    private static void Show(Screen screen, ExplainExecutionResponse answer)
    {
        screen.Facts(
            ("Execution", new Cell(ExecutionName.Text(answer.Id), Ink.Strong)),
            ("Phase", answer.Phase.ToString().ToLowerInvariant()),
            ("Asked for", answer.Summary)
        );
        foreach (var notification in answer.Notifications)
        {
            screen.Line();
            var phases = string.Join(", ", notification.Phases.Select(phase => phase.ToString().ToLowerInvariant()));
            screen.Line(
                new Cell($"Notification {notification.Index.ToString(CultureInfo.InvariantCulture)}", Ink.Strong),
                $" ({notification.Type}) at {phases}"
            );
            Indented(screen, 2, new Cell(notification.Reason, notification.Matched ? Ink.Good : Ink.Faint));
            foreach (var address in notification.Addresses)
                Show(screen, address);
        }
        if (answer.Messages.Count == 0)
            return;
        screen.Line();
        screen.Line(new Cell("Messages of its tasks", Ink.Strong));
        foreach (var message in answer.Messages)
        {
            Indented(screen, 2, $"• {message.Delivery.Address}: {message.Delivery.Subject}");
            Indented(screen, 4, message.Summary);
            Indented(screen, 4, new Cell(message.Delivery.Id, Ink.Faint));
        }
    }

    private static void Show(Screen screen, AddressExplanation address)
    {
        Indented(screen, 2, $"• {address.Address}: {address.Resolution}");
        foreach (var one in address.Deliveries)
        {
            Indented(screen, 4, one.Summary);
            Indented(screen, 4, new Cell(one.Delivery.Id, Ink.Faint));
        }
    }

    private static void Indented(Screen screen, int indent, Cell cell)
    {
        var blanks = new string(' ', indent);
        var text = PlainText.Line(cell.Text);
        foreach (var line in screen.Width is { } width ? PlainText.Wrap(text, width - indent) : [text])
            screen.Line(blanks, cell with { Text = line });
    }
}
