using System.Text.Json;
using Spectre.Console;
using Transponder.V1;

namespace Transponder.Server.Commands.Demo;

/// <summary>What the demo shows: at most 80 columns into a pipe, where it writes no colour codes.</summary>
internal sealed class DemoScreen
{
    private const int PipeColumns = 80;
    private const int MostColumns = 100;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IAnsiConsole console;

    public DemoScreen(TextWriter output, bool piped)
    {
        console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = piped ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = piped ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = InteractionSupport.No,
            }
        );
        console.Profile.Width = piped ? PipeColumns : Math.Clamp(console.Profile.Width, PipeColumns, MostColumns);
    }

    public void Title(string text)
    {
        console.WriteLine();
        console.Write(new Rule($"[bold]{Markup.Escape(text)}[/]").LeftJustified());
    }

    public void Fact(string name, string value) => console.MarkupLineInterpolated($"  [grey]{name, -12}[/] {value}");

    public void Step(string subject, string phase) => console.MarkupLineInterpolated($"  [blue]→[/] {subject, -20} {phase}");

    public void Delivered(Delivery delivery)
    {
        var last = delivery.Attempts.LastOrDefault();
        var whom = delivery.Target.Length > 0 ? $"{delivery.Target} by {delivery.Channel}" : delivery.Channel;
        var tries = delivery.Attempts.Count == 1 ? "" : $", attempt {delivery.Attempts.Count}";
        console.MarkupLineInterpolated($"  [green]✓[/] delivered to {whom} [grey]in {last?.LatencyMs ?? 0} ms{tries}[/]");
    }

    public void Mail(DemoMail mail) =>
        Box(
            $"mail to {string.Join(", ", mail.Recipients)}",
            $"From: {mail.Header("From")}\nTo: {mail.Header("To")}\nSubject: {mail.Header("Subject")}\nMessage-ID: {mail.Header("Message-ID")}\n\n{mail.Text}"
        );

    public void Call(DemoWebhookCall call)
    {
        using var json = JsonDocument.Parse(call.Body);
        Box(
            $"webhook call {call.Id}, signature {(call.Genuine ? "verified" : "WRONG")}",
            JsonSerializer.Serialize(json.RootElement, Indented)
        );
    }

    public void Line(string text) => console.MarkupLineInterpolated($"{text}");

    private void Box(string title, string text) =>
        console.Write(
            new Panel(new Text(text))
            {
                Header = new PanelHeader($" {Markup.Escape(title)} "),
                Border = BoxBorder.Rounded,
                Expand = true,
            }
        );
}
