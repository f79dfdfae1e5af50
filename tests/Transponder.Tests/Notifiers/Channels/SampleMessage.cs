using System.Text.Json;
using Transponder.Notifiers;
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

    /// <summary>The JSON on a channel's page, without its layout.</summary>
    public static string Documented(string channel, int block = 1) =>
        JsonSerializer.Serialize(
            JsonElement.Parse(File.ReadAllText(Repository.File($"docs/channels/{channel}.md")).Split("```json")[block].Split("```")[0])
        );
}
