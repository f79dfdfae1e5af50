using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>A mail as the npm library mailparser reads it.</summary>
public sealed record ParsedMail
{
    public required IReadOnlyList<string> Headers { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<ParsedMailbox> From { get; init; }

    public required IReadOnlyList<ParsedMailbox> To { get; init; }

    public required IReadOnlyList<ParsedMailbox> Bcc { get; init; }

    public required DateTimeOffset Date { get; init; }

    public required string MessageId { get; init; }

    public string? InReplyTo { get; init; }

    public required IReadOnlyList<string> References { get; init; }

    public string? AutoSubmitted { get; init; }

    public string? Text { get; init; }

    public string? Html { get; init; }

    public required int Attachments { get; init; }
}

/// <summary>A name and an address.</summary>
public sealed record ParsedMailbox(string Name, string Address);

/// <summary>Runs mailparser, a MIME parser that shares no code with the writer under test.</summary>
public static class MailParser
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<IReadOnlyList<ParsedMail>> ParseAsync(IEnumerable<string> files)
    {
        var result = await NodeScript.RunAsync("Notifiers/Channels/Email/parse.js", files);
        return JsonSerializer.Deserialize<List<ParsedMail>>(result.Succeeded(), Json)!;
    }
}
