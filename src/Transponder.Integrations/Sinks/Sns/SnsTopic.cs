using Transponder.Cloud.Aws;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>A topic by its ARN, which has been checked.</summary>
/// <param name="Arn">The whole name.</param>
public sealed record SnsTopic(AwsArn Arn)
{
    private const int LongestName = 256;

    /// <summary>Whether it keeps the order within a message group and drops what it has seen.</summary>
    public bool IsFifo => Arn.Resource.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>Says what is wrong with a topic's ARN; null when nothing is.</summary>
    /// <param name="text">The ARN.</param>
    public static string? Check(string? text)
    {
        if (!AwsArn.TryParse(text, out var arn) || arn.Service != "sns")
            return "the topic must be an ARN such as arn:aws:sns:eu-west-1:123456789012:events";
        if (arn.Region.Length == 0)
            return "the topic's ARN names no region";
        if (arn.Account.Length == 0 || !arn.Account.All(char.IsAsciiDigit))
            return "the topic's ARN names no account";
        var name = arn.Resource.EndsWith(".fifo", StringComparison.Ordinal) ? arn.Resource[..^5] : arn.Resource;
        return name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? null
            : "the topic's name may have letters, digits, hyphens and underscores, 256 at most";
    }

    /// <summary>Reads a topic's ARN; throws when <see cref="Check"/> finds something wrong with it.</summary>
    /// <param name="text">The ARN.</param>
    public static SnsTopic Parse(string text) =>
        Check(text) is null && AwsArn.TryParse(text, out var arn)
            ? new SnsTopic(arn)
            : throw new ArgumentException(Check(text), nameof(text));
}
