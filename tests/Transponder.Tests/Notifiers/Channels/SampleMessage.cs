using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>The message that the channels' pages show, and others made of it.</summary>
public static class SampleMessage
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Message Failed { get; } =
        new()
        {
            Id = "dlv_01J",
            Title = "my_wf has failed",
            Body = "It broke: column “price” <row 17> Größe 👩‍💻\nSee [the page](https://evil.example).",
            Severity = Severity.Error,
            ThreadKey = "flytesnacks/development/f1a2b3c4",
            CreatedAt = Now.AddMinutes(-1),
            Execution = new ExecutionInfo
            {
                Project = "flytesnacks",
                Domain = "development",
                Name = "f1a2b3c4",
                Phase = "failed",
                Workflow = new EntityInfo("flytesnacks", "development", "my_wf", "v1"),
                LaunchPlan = new EntityInfo("flytesnacks", "development", "my_plan", "v2"),
                ErrorCode = "USER:Boom",
                ErrorMessage = "column “price” <row 17>",
                Duration = TimeSpan.FromSeconds(64.5),
                Cluster = "c1",
                ConsoleUrl = "https://flyte.example.com/x?a=1&b=2",
            },
        };

    /// <summary>A message that shows one thing, for the golden payloads.</summary>
    public static Message Named(string name)
    {
        var plain = Failed with { Title = "Epoch 3 is done", Body = "It goes on.", Severity = Severity.Info, Execution = null };
        return name switch
        {
            "fields" => plain with
            {
                Fields =
                [
                    new("Accuracy", "0.93"),
                    new("Data_set", "<s3://b/*>"),
                    new("Notes", "first line\n- second line", IsShort: false),
                    new("Rows", "12 million"),
                ],
            },
            "links" => plain with
            {
                Links =
                [
                    new("Loss curve", "https://runs.example/7?a=1&b=2"),
                    new("[A](b)", "https://x.example/(y)"),
                    new("Not one", "javascript:alert(1)"),
                ],
            },
            "markup" => plain with
            {
                Format = BodyFormat.Markup,
                Body =
                    "**Loss** is *low*, see `fit_x()` and [the run](https://runs.example/7?a=1&b=2).\n2 * 3 <b> @here\n\n- first\n- **second**\n\n1. one\n2. two\n\n```\na < b && *c*\n```\n![no](https://x.example/i.png)",
            },
            "thread" => plain,
            _ => Failed,
        };
    }

    /// <summary>The message with a text in every place that an event can fill.</summary>
    public static Message With(string text) =>
        Failed with
        {
            Title = text,
            Body = text,
            Execution = Failed.Execution! with
            {
                Name = text,
                Workflow = new EntityInfo(text, text, text, text),
                LaunchPlan = new EntityInfo(text, text, "p" + text, text),
                ErrorCode = text,
                ErrorMessage = text,
                AbortCause = text,
                Cluster = text,
            },
        };

    /// <summary>Messages of every kind: each named one, the one of the page, hostile ones, and one with too much of everything.</summary>
    public static IReadOnlyList<Message> All { get; } =
    [
        Failed,
        Failed with
        {
            Execution = null,
            Body = "",
            Title = "\0",
            Severity = Severity.Warning,
        },
        .. new[] { "fields", "links", "markup", "thread" }.Select(Named),
        .. Markdown.Hostile.Select(With),
        .. Markdown.Hostile.Select(WithParts),
        WithParts(string.Concat(Enumerable.Repeat("**b** `c` [d](https://d.example/) <e>\n", 2000))),
    ];

    /// <summary>The message with a text in each of its parts, in the body as markup that says just that.</summary>
    public static Message WithParts(string text) =>
        Failed with
        {
            Body = MarkupText.Escape(text),
            Format = BodyFormat.Markup,
            Fields = [.. Enumerable.Range(0, 12).Select(i => new MessageField(text, text, IsShort: i % 3 > 0))],
            Links = [.. Enumerable.Range(0, 12).Select(i => new MessageLink(text, $"https://runs.example/({i})?a=[1]&b=*2*"))],
        };

    /// <summary>The JSON on a channel's page, without its layout.</summary>
    public static string Documented(string channel, int block = 1) =>
        JsonSerializer.Serialize(
            JsonElement.Parse(File.ReadAllText(Repository.File($"docs/channels/{channel}.md")).Split("```json")[block].Split("```")[0])
        );
}
