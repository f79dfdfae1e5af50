using System.Text.RegularExpressions;
using Transponder.Protocol;
using Transponder.V1;

namespace Transponder.Server.Services;

/// <summary>What a task's message must be like, whoever sends it. The first thing that is wrong is told by its field.</summary>
internal static partial class MessageChecks
{
    private const int LongestTitle = 500;
    private const int LongestBody = 32_768;
    private const int LongestName = 100;
    private const int LongestValue = 1000;
    private const int LongestUrl = 2000;
    private const int LongestKey = 128;
    private const int MostFields = 25;
    private const int MostLinks = 10;

    /// <summary>Throws INVALID_ARGUMENT.</summary>
    public static void Check(SendRequest request)
    {
        if (!Id().IsMatch(request.Id))
            throw Wrong("id: 1 to 128 letters, digits and . _ : - are needed, the same whenever the message is sent again");
        if (request.Channel.Length == 0)
            throw Wrong("channel: is missing");
        Longest("channel", request.Channel, LongestKey);
        Longest("target", request.Target, LongestValue);
        if (
            request.Execution is { } execution
            && (execution.Project.Length == 0 || execution.Domain.Length == 0 || execution.Name.Length == 0)
        )
            throw Wrong("execution: needs project, domain and name");
        Check(request.Content ?? throw Wrong("content: is missing"));
    }

    private static void Check(MessageContent content)
    {
        if (string.IsNullOrWhiteSpace(content.Title))
            throw Wrong("content.title: is missing");
        Longest("content.title", content.Title, LongestTitle);
        Longest("content.body", content.Body, LongestBody);
        if (!Enum.IsDefined(content.Format))
            throw Wrong($"content.format: {(int)content.Format} is neither TEXT nor MARKUP");
        if (!Enum.IsDefined(content.Severity))
            throw Wrong($"content.severity: {(int)content.Severity} is none of INFO, WARNING and ERROR");
        if (content.Fields.Count > MostFields)
            throw Wrong($"content.fields: {content.Fields.Count} are more than {MostFields}");
        if (content.Links.Count > MostLinks)
            throw Wrong($"content.links: {content.Links.Count} are more than {MostLinks}");
        foreach (var field in content.Fields)
        {
            Longest("content.fields[].name", field.Name, LongestName);
            Longest("content.fields[].value", field.Value, LongestValue);
        }

        foreach (var link in content.Links)
        {
            Longest("content.links[].text", link.Text, LongestName);
            Longest("content.links[].url", link.Url, LongestUrl);
        }

        Longest("content.thread_key", content.ThreadKey, LongestKey);
        Longest("content.task.name", content.Task?.Name ?? "", LongestValue);
        Longest("content.task.version", content.Task?.Version ?? "", LongestValue);
        if (content.HasAttempt && content.Attempt > int.MaxValue)
            throw Wrong("content.attempt: is too large");
    }

    /// <summary>The content as it is stored: a headline of one line, and no character that a database refuses.</summary>
    public static MessageContent Tidy(MessageContent content)
    {
        var tidy = content.Clone();
        tidy.Title = string.Join(' ', Line().Split(Whole(content.Title)).Where(part => part.Length > 0)).Trim();
        tidy.Body = Whole(content.Body);
        foreach (var field in tidy.Fields)
            (field.Name, field.Value) = (Whole(field.Name), Whole(field.Value));
        foreach (var link in tidy.Links)
            (link.Text, link.Url) = (Whole(link.Text), Whole(link.Url));
        tidy.ThreadKey = Whole(content.ThreadKey);
        return tidy;
    }

    private static string Whole(string text) => text.Replace('\0', '\uFFFD');

    private static void Longest(string field, string text, int most)
    {
        if (text.Length > most)
            throw Wrong($"{field}: {text.Length} characters are more than {most}");
    }

    private static RpcException Wrong(string text) => new(StatusCode.InvalidArgument, text);

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,128}\\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"[\p{Cc}\u2028\u2029]+")]
    private static partial Regex Line();
}
