using System.Globalization;
using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Templates;
using Transponder.TaskTool.Processes;

namespace Transponder.TaskTool.Running;

/// <summary>What is said about a wrapped command. Its output stands in a block of code, where nothing in it can act.</summary>
/// <param name="pod">The pod.</param>
/// <param name="name">What the command is called.</param>
/// <param name="host">Where it runs.</param>
internal sealed class RunTexts(TaskContext pod, string name, string host)
{
    private const int LongestOutput = 2500;

    public Message Started() => Compose($"{name} has started", "", Severity.Info, []);

    public Message Slow(TimeSpan after) =>
        Compose($"{name} is still running after {TemplateTokens.Human(after)}", "", Severity.Warning, []);

    /// <summary>The command was asked to end, and does not.</summary>
    public Message Lingers(int signal, TimeSpan elapsed, TimeSpan grace, string lines) =>
        Compose(
            $"{name} was terminated by {Signals.NameOf(signal)}",
            Output($"It is still running {TemplateTokens.Human(grace)} later.", lines),
            Severity.Warning,
            [Duration(elapsed)]
        );

    /// <summary>The command has ended.</summary>
    /// <param name="ended">How.</param>
    /// <param name="asked">The signal by which someone asked for it; null when nobody did.</param>
    /// <param name="elapsed">How long it ran.</param>
    /// <param name="lines">Its last output.</param>
    public Message Ended(Ended ended, int? asked, TimeSpan elapsed, string lines)
    {
        var (what, severity) = (ended, asked) switch
        {
            ({ NotStarted: { } why }, _) => ($"could not be started: {why}", Severity.Error),
            (_, { } signal) => ($"was terminated by {Signals.NameOf(signal)}", Severity.Warning),
            ({ Signal: { } signal }, _) => ($"was killed by {Signals.NameOf(signal)}", Severity.Error),
            ({ Code: 0 }, _) => ("has succeeded", Severity.Info),
            _ => (string.Create(CultureInfo.InvariantCulture, $"has failed with exit code {ended.Code}"), Severity.Error),
        };
        var remark = ended.Signal == Signals.Kill && asked is null ? "Often that means that its memory was at the limit." : "";
        var fact = ended.Signal is { } by
            ? new MessageField("Signal", Signals.NameOf(by))
            : new MessageField("Exit code", (ended.Code ?? 0).ToString(CultureInfo.InvariantCulture));
        return Compose($"{name} {what}", severity == Severity.Info ? "" : Output(remark, lines), severity, [Duration(elapsed), fact]);
    }

    private static MessageField Duration(TimeSpan elapsed) => new("Duration", TemplateTokens.Human(elapsed));

    private static string Output(string remark, string lines)
    {
        if (lines.Length == 0)
            return remark;
        var start = lines.Length - LongestOutput;
        var end = start <= 0 ? lines : "…" + lines[(char.IsLowSurrogate(lines[start]) ? start + 1 : start)..];
        // A fence in the output would end the block.
        var block = VisibleText.Of(end).Replace("```", "'''", StringComparison.Ordinal);
        return $"{remark}{(remark.Length == 0 ? "" : "\n\n")}Last output:\n```\n{block}\n```";
    }

    private Message Compose(string title, string body, Severity severity, IEnumerable<MessageField> fields) =>
        pod.Compose(title, body, severity) with
        {
            Format = BodyFormat.Markup,
            Fields = [.. fields, new MessageField("Host", host)],
        };
}
