using System.Globalization;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Core.Egress.Formats;

/// <summary>What a format says of an event, before the envelope is closed.</summary>
internal readonly record struct Content
{
    /// <summary>Its kind in Flyte's words.</summary>
    public required string Subject { get; init; }

    public required string Type { get; init; }

    public required string Source { get; init; }

    public required string Schema { get; init; }

    /// <summary>Flyte's <c>jsonschemaurl</c>; empty = it has none.</summary>
    public required string JsonSchemaUrl { get; init; }

    /// <summary>JSON.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Tells the second message of an event from the first.</summary>
    public string? IdSuffix { get; init; }
}

/// <summary>
/// Puts contents into CloudEvents: our own, whose ids are unique and stable and which say where they belong in their execution's order, or
/// FlyteAdmin's to the letter.
/// </summary>
internal sealed class Envelope(EventFormatOptions options)
{
    private const string Json = "application/json";

    private readonly bool asFlyte = options.Compatibility == EventCompatibility.Flyte;

    public EgressRecord Close(Occurrence occurrence, in Content content) =>
        asFlyte ? CloseAsFlyte(occurrence, content) : CloseAsOurs(occurrence, content);

    private EgressRecord CloseAsOurs(Occurrence occurrence, in Content content)
    {
        var logged = occurrence.Logged;
        var first = content.IdSuffix is not null;
        var told = new CloudEvent
        {
            Id = logged.Id.ToString() + content.IdSuffix,
            Source = options.Source ?? content.Source,
            Type = content.Type,
            Subject = first ? occurrence.Execution : occurrence.Subject,
            Time = occurrence.Time,
            TimeNanos = occurrence.TimeNanos,
            DataContentType = Json,
            DataSchema = content.Schema,
            Extensions = Extensions(occurrence, content, first ? logged.Sequence - 1 : logged.Sequence),
            Data = content.Data,
        };
        return Record(occurrence, content, told, occurrence.Execution);
    }

    private KeyValuePair<string, string>[] Extensions(Occurrence occurrence, in Content content, long sequence)
    {
        var count = 2;
        var schema = content.JsonSchemaUrl.Length > 0 ? count++ : 0;
        var trace = occurrence.Logged.TraceParent is not null ? count++ : 0;
        var replay = options.Replay ? count++ : 0;
        var extensions = new KeyValuePair<string, string>[count];
        extensions[0] = new(ExtensionNames.PartitionKey, occurrence.Execution);
        extensions[1] = new(ExtensionNames.Sequence, SequenceText(sequence));
        if (schema > 0)
            extensions[schema] = new(ExtensionNames.JsonSchemaUrl, content.JsonSchemaUrl);
        if (trace > 0)
            extensions[trace] = new(ExtensionNames.TraceParent, occurrence.Logged.TraceParent!);
        if (replay > 0)
            extensions[replay] = new(ExtensionNames.Replay, "true");
        return extensions;
    }

    private EgressRecord CloseAsFlyte(Occurrence occurrence, in Content content)
    {
        var told = new CloudEvent
        {
            Id = occurrence.FlyteId(),
            Source = options.Source ?? content.Source,
            Type = content.Type,
            Time = occurrence.Time,
            TimeNanos = occurrence.TimeNanos,
            DataContentType = Json,
            Extensions = [new(ExtensionNames.JsonSchemaUrl, content.JsonSchemaUrl)],
            Data = content.Data,
            DataIsBinary = true,
        };
        return Record(occurrence, content, told, told.Id);
    }

    private EgressRecord Record(Occurrence occurrence, in Content content, CloudEvent told, string partitionKey) =>
        new()
        {
            Position = occurrence.Logged.Position,
            EventId = occurrence.Logged.Id,
            OrderingKey = occurrence.Execution,
            PartitionKey = partitionKey,
            Subject = content.Subject,
            Event = told,
            Replayed = options.Replay,
        };

    /// <summary>Texts of numbers that sort as the numbers do.</summary>
    private static string SequenceText(long sequence) => sequence.ToString("D10", CultureInfo.InvariantCulture);
}
