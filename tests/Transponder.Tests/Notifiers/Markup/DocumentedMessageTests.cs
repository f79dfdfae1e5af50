using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Pods;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Markup;

/// <summary>The example of the page for authors of tasks.</summary>
public sealed class DocumentedMessageTests
{
    [Fact]
    public async Task Page_Example_IsWhatThisDoes()
    {
        var pod = TaskContext.FromPod();
        await using var slack = new RecordingNotifier();
        var model = "a*b";

        var message = pod.Compose(
            "Epoch 3 is done",
            $"**Loss** is *down* for `{MarkupText.Escape(model)}`:\n- train 0.12\n- test 0.19"
        ) with
        {
            Format = BodyFormat.Markup,
            Fields = [new("Accuracy", "0.93"), new("Notes", "first line\nsecond line", IsShort: false)],
            Links = [new("Loss curve", "https://runs.example.com/7")],
        };
        await slack.NotifyAsync(message, pod, TestContext.Current.CancellationToken);

        var page = File.ReadAllText(Repository.File("docs/in-task-notifications.md"));
        var example = page.Split("## Messages")[1].Split("```csharp")[1].Split("await")[0];
        var source = File.ReadAllText(Repository.TestFile("Notifiers/Markup/DocumentedMessageTests.cs"));
        Assert.Contains(Squeezed(example), Squeezed(source));
        Assert.Contains("Accuracy: 0.93\nNotes: first line\nsecond line\nLoss curve: https://runs.example.com/7", slack.Sent[0].Body);
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
