using System.Buffers;
using System.Text.Json;
using Transponder.Notifiers;

namespace Transponder.Integrations.Channels.Ses;

/// <summary>Writes the request for one finished mail to one recipient. The same mail gives the same bytes.</summary>
internal static class SesPayload
{
    public static byte[] Write(ReadOnlySpan<byte> mail, EmailAddress to, string? configurationSet)
    {
        var buffer = new ArrayBufferWriter<byte>(mail.Length * 2);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("Destination");
            json.WriteStartArray("ToAddresses");
            json.WriteStringValue(to.Address);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("Content");
            json.WriteStartObject("Raw");
            json.WriteBase64String("Data", mail);
            json.WriteEndObject();
            json.WriteEndObject();
            if (configurationSet is not null)
                json.WriteString("ConfigurationSetName", configurationSet);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
