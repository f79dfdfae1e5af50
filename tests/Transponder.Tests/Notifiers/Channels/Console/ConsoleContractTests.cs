using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Console;

namespace Transponder.Tests.Notifiers.Channels.Console;

/// <summary>Lines of JSON, as whatever gathers a process's output reads them.</summary>
public sealed class ConsoleContractTests : MessageContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "somebody";

    protected override BodyFormat Format => BodyFormat.Text;

    protected override Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) => Task.FromResult<ChannelPeer>(new Gatherer());

    private sealed class Gatherer : ChannelPeer
    {
        private readonly StringWriter output = new();

        public Gatherer() => Notifier = new ConsoleNotifier(new ConsoleOptions { Json = true }, output);

        public override Notifier Notifier { get; }

        private IEnumerable<JsonElement> Lines =>
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line));

        public override void Behave(PeerBehaviour behaviour) => throw new NotSupportedException("an output is never in trouble");

        public override Task ContactedAsync() => Task.CompletedTask;

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. Lines.Select(Read)]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(Lines.Last()));

        private static ReceivedMessage Read(JsonElement line)
        {
            var (title, body) = (line.GetProperty("title").GetString()!, line.GetProperty("body").GetString()!);
            var (fields, links) = (Pairs(line, "fields", "name", "value"), Pairs(line, "links", "text", "url"));
            return new ReceivedMessage(line.GetProperty("id").GetString()!, title, body, [])
            {
                Shown = string.Join('\n', [title, body, .. fields.Concat(links).Select(pair => $"{pair.Name}: {pair.Value}")]),
                Links = [.. links.Select(link => link.Value)],
            };
        }

        private static List<(string Name, string Value)> Pairs(JsonElement line, string list, string name, string value) =>
            line.TryGetProperty(list, out var pairs)
                ? [.. pairs.EnumerateArray().Select(pair => (pair.GetProperty(name).GetString()!, pair.GetProperty(value).GetString()!))]
                : [];
    }
}
