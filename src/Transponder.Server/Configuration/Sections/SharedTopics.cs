using Transponder.Server.Sinks;

namespace Transponder.Server.Configuration.Sections;

/// <summary>Says which topics are written to by more than one section: their consumers would read what was not meant for them.</summary>
internal static class SharedTopics
{
    public static void Warn(IReadOnlyList<(ConfigSection Section, SinkOptions Options)> sinks, ConfigSection notifications)
    {
        foreach (var shared in sinks.GroupBy(sink => (sink.Options.Type, sink.Options.Target)).Where(group => group.Count() > 1))
        {
            var first = shared.First().Section.Key;
            foreach (var (section, options) in shared.Skip(1))
                section.WarnHere($"writes to {options.Target}, as {first} does: give each its own topic");
        }

        var publisher = notifications.Section("publisher");
        if (publisher.Text("topicName") is not { Length: > 0 } topic)
            return;
        foreach (var (section, options) in sinks.Where(sink => sink.Options.Topic == topic))
            section.WarnHere($"writes to {options.Topic}, as notifications.publisher does: give each its own topic");
    }
}
