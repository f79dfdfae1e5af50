using System.Diagnostics.CodeAnalysis;

namespace Transponder.Cloud.Aws;

/// <summary>A resource's name in AWS: <c>arn:partition:service:region:account:resource</c>.</summary>
/// <param name="Partition">The group of regions: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c> …</param>
/// <param name="Service">The service: <c>sns</c>.</param>
/// <param name="Region">The region; empty for what belongs to none.</param>
/// <param name="Account">The account's number.</param>
/// <param name="Resource">What it is within the account.</param>
public sealed record AwsArn(string Partition, string Service, string Region, string Account, string Resource)
{
    /// <summary>Reads a name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="arn">What it says.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AwsArn? arn)
    {
        var parts = (text ?? "").Split(':', 6);
        var whole = parts.Length == 6 && parts[0] == "arn" && parts[1].Length > 0 && parts[2].Length > 0 && parts[5].Length > 0;
        arn = whole && !text!.Any(c => c <= ' ' || c > '~') ? new AwsArn(parts[1], parts[2], parts[3], parts[4], parts[5]) : null;
        return arn is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";
}
