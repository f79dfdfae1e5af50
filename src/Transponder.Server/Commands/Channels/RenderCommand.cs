using System.CommandLine;
using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Channels;

/// <summary><c>render</c>: what a template makes of an execution.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        var execution = new Argument<string?>("execution")
        {
            Description = $"An execution of the server, {ExecutionName.Form}; without one, a made-up one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var channel = new Option<string>("--channel") { Description = "Take the templates of this channel.", HelpName = "NAME" };
        var title = new Option<string>("--title") { Description = "The template of the title; @FILE reads it.", HelpName = "TEMPLATE" };
        var body = new Option<string>("--body") { Description = "The template of the body; @FILE reads it.", HelpName = "TEMPLATE" };
        var format = new Option<string>("--format") { Description = "How the body is written.", HelpName = "text|html" };
        format.AcceptOnlyFromAmong("text", "html", "mrkdwn");
        var phase = new Option<string>("--phase") { Description = "How a made-up execution ended.", HelpName = "PHASE" };
        phase.AcceptOnlyFromAmong("succeeded", "failed", "aborted");
        return new Command("render", "Show what a template makes of an execution; nothing is sent.")
        {
            execution,
            channel,
            title,
            body,
            format,
            phase,
        }.Asks(
            async (call, cancellationToken) =>
            {
                var arguments = call.Arguments;
                var request = new RenderRequest
                {
                    Channel = arguments.GetValue(channel) ?? "",
                    Title = Read(arguments.GetValue(title)),
                    Body = Read(arguments.GetValue(body)),
                    Format = arguments.GetValue(format) ?? "",
                    Execution = arguments.GetValue(execution) is { } name ? ExecutionName.Parse(name) : null,
                    Phase = arguments.GetValue(phase) is { } how
                        ? Enum.Parse<WorkflowPhase>(how, ignoreCase: true)
                        : WorkflowPhase.Undefined,
                };
                var answer = await call.Client.Operations.RenderAsync(request, cancellationToken);
                if (call.Screen.IsJson)
                    call.Screen.Json(answer);
                else
                    Show(call.Screen, answer);
                return answer.UnknownTokens.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
            }
        );
    }

    private static void Show(Screen screen, RenderResponse answer)
    {
        screen.Line(new Cell("Title  ", Ink.Faint), new Cell(PlainText.Line(answer.Title), Ink.Strong));
        screen.Line(new Cell($"Body   ({answer.Format})", Ink.Faint));
        screen.Text(answer.Body.TrimEnd());
        if (answer.MadeUp)
            screen.Remark("the execution is made up; name one to see its own values");
        foreach (var token in answer.UnknownTokens)
            screen.Remark($"warning: {token} is no token, and stays as it is written");
    }

    private static string Read(string? text)
    {
        if (text is null || !text.StartsWith('@'))
            return text ?? "";
        try
        {
            return File.ReadAllText(text[1..]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageFailure($"{text[1..]} cannot be read: {error.Message}");
        }
    }
}
