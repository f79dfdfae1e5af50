using System.CommandLine;
using Transponder.Notifiers;
using Transponder.TaskTool.Sending;

namespace Transponder.TaskTool.Commands;

/// <summary><c>notify</c>: sends one message.</summary>
internal static class NotifyCommand
{
    public static Command Create()
    {
        var channels = new Argument<string[]>("channel")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "URLs or names of channels; none = the default ones. See: channels.",
        };
        var text = new Option<string>("--message", "-m")
        {
            HelpName = "TEXT",
            Description = "What to say; - reads it from the standard input. Its first line is the title, unless --title gives one.",
            Required = true,
        };
        var title = new Option<string>("--title", "-t") { HelpName = "TEXT", Description = "The headline." };
        var severity = new Option<Severity>("--severity", "-s")
        {
            HelpName = "info|warning|error",
            Description = "How urgent it is. [info]",
        };
        var fields = new Option<string[]>("--field", "-f")
        {
            HelpName = "NAME=VALUE",
            Description = "A fact beside the text; may come several times.",
        };
        var links = new Option<string[]>("--link", "-l")
        {
            HelpName = "TEXT=URL",
            Description = "A link beside the text; may come several times.",
        };
        var thread = new Option<string>("--thread")
        {
            HelpName = "KEY",
            Description = "Messages with one key form a thread. [the execution]",
        };
        var target = new Option<string>("--target") { HelpName = "WHOM", Description = "Whom in the channel: #alerts, an e-mail address." };
        var markup = new Option<bool>("--markup") { Description = "The text has **bold**, `code`, lists and [links](https://…)." };
        var send = new SendOptions();
        var command = new Command("notify", "Send a message.") { channels, text, title, severity, fields, links, thread, target, markup };
        send.AddTo(command);
        command.Validators.Add(result =>
        {
            foreach (var pair in (result.GetValue(fields) ?? []).Concat(result.GetValue(links) ?? []))
            {
                if (pair.IndexOf('=', StringComparison.Ordinal) <= 0)
                    result.AddError($"\"{pair}\" has no name: it is written NAME=VALUE.");
            }
        });
        command.SetAction(async parsed =>
        {
            var settings = send.Read(parsed, parsed.GetValue(channels));
            var sender = Sender.Open(settings, ToolEnvironment.Read(), Trouble.Tell);
            await using (sender.ConfigureAwait(false))
            {
                var written = new WrittenMessage(
                    parsed.GetValue(title),
                    parsed.GetValue(text) is "-" ? MessageInput.Read() : parsed.GetValue(text)!,
                    parsed.GetValue(severity),
                    parsed.GetValue(markup)
                );
                var message = written.Compose(sender.Pod) with
                {
                    Fields = Pairs(parsed.GetValue(fields), (name, value) => new MessageField(name, value)),
                    Links = Pairs(parsed.GetValue(links), (text, url) => new MessageLink(text, url)),
                    Target = parsed.GetValue(target),
                };
                if (parsed.GetValue(thread) is { } key)
                    message = message with { ThreadKey = key };
                await sender.SendAsync(message).ConfigureAwait(false);
                await sender.FlushRestAsync().ConfigureAwait(false);
                return settings.Strict && sender.HasFailed ? ExitCode.Failed : ExitCode.Ok;
            }
        });
        return command;
    }

    private static T[] Pairs<T>(string[]? texts, Func<string, string, T> pair)
        where T : class =>
        Array.ConvertAll(
            texts ?? [],
            text =>
            {
                var end = text.IndexOf('=', StringComparison.Ordinal);
                return pair(text[..end], text[(end + 1)..]);
            }
        );
}
