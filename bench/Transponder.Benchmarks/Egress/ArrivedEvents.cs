using System.Globalization;
using System.Text.Json;

namespace Transponder.Benchmarks.Egress;

/// <summary>Reads the attributes of CloudEvents where their transports put them, and enters them into an account.</summary>
internal static class ArrivedEvents
{
    /// <summary>A batch in JSON: an array of events.</summary>
    public static void ReadBatch(ReadOnlySpan<byte> body, EventAccount account)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            ReadEvent(ref reader, account);
    }

    /// <summary>A message's headers as kcat prints them: names and values with commas between them.</summary>
    public static void ReadHeaders(string headers, EventAccount account)
    {
        var (source, id, execution, sequence) = ("", "", "", "");
        foreach (var header in headers.Split(','))
        {
            var value = header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..];
            switch (header[..^(value.Length + 1)])
            {
                case "ce_source":
                    source = value;
                    break;
                case "ce_id":
                    id = value;
                    break;
                case "ce_partitionkey":
                    execution = value;
                    break;
                case "ce_sequence":
                    sequence = value;
                    break;
            }
        }

        account.Receive(source, Guid.Parse(id), execution, Number(sequence));
    }

    private static void ReadEvent(ref Utf8JsonReader reader, EventAccount account)
    {
        var (source, id, execution, sequence) = ("", Guid.Empty, "", 0L);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSource = reader.ValueTextEquals("source"u8);
            var isId = reader.ValueTextEquals("id"u8);
            var isExecution = reader.ValueTextEquals("partitionkey"u8);
            var isSequence = reader.ValueTextEquals("sequence"u8);
            reader.Read();
            if (isSource)
                source = reader.GetString()!;
            else if (isId)
                id = reader.GetGuid();
            else if (isExecution)
                execution = reader.GetString()!;
            else if (isSequence)
                sequence = Number(reader.GetString()!);
            else
                reader.Skip();
        }

        account.Receive(source, id, execution, sequence);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
