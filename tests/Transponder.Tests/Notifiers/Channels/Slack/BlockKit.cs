using System.Text.Json;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>Block Kit's documented limits, as Slack checks them.</summary>
internal static class BlockKit
{
    private const int MostBlocks = 50;
    private const int LongestMessage = 13_200;

    /// <summary>The error that Slack would answer; null when it takes the message.</summary>
    public static string? Problem(JsonElement message)
    {
        if (!message.TryGetProperty("text", out var text) || text.GetString() is not { Length: > 0 and <= 40_000 })
            return "no_text";
        var blocks = message.GetProperty("blocks");
        if (blocks.GetArrayLength() is 0 or > MostBlocks)
            return "invalid_blocks";
        if (blocks.GetRawText().Length > LongestMessage)
            return "msg_blocks_too_long";
        var ids = blocks
            .EnumerateArray()
            .Where(b => b.TryGetProperty("block_id", out _))
            .Select(b => b.GetProperty("block_id").GetString()!);
        if (ids.Any(id => id.Length is 0 or > 255) || ids.Distinct().Count() != ids.Count())
            return "invalid_blocks";
        return blocks.EnumerateArray().All(IsBlock) ? null : "invalid_blocks";
    }

    private static bool IsBlock(JsonElement block) =>
        block.GetProperty("type").GetString() switch
        {
            "header" => IsText(block.GetProperty("text"), 150, mrkdwn: false),
            "section" when block.TryGetProperty("fields", out var fields) => fields.GetArrayLength() is > 0 and <= 10
                && fields.EnumerateArray().All(e => IsText(e, 2000, mrkdwn: true)),
            "section" => IsText(block.GetProperty("text"), 3000, mrkdwn: true),
            "context" => block.GetProperty("elements").GetArrayLength() is > 0 and <= 10
                && block.GetProperty("elements").EnumerateArray().All(e => IsText(e, 2000, mrkdwn: true)),
            "divider" => true,
            _ => false,
        };

    private static bool IsText(JsonElement text, int longest, bool mrkdwn)
    {
        var type = text.GetProperty("type").GetString();
        var value = text.GetProperty("text").GetString()!;
        var fits = value.Length > 0 && value.Length <= longest;
        return type == "mrkdwn"
            ? mrkdwn && fits && !text.TryGetProperty("emoji", out _)
            : type == "plain_text" && fits && !text.TryGetProperty("verbatim", out _);
    }
}
