using Transponder.Notifiers;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>Events on a topic of AWS SNS, or of what speaks its protocol.</summary>
public sealed record SnsSinkOptions
{
    /// <summary>The topic's ARN. One that ends with <c>.fifo</c> keeps the order of each execution.</summary>
    public required string TopicArn { get; init; }

    /// <summary>The region that requests are signed for; null = the one that the ARN names.</summary>
    public string? Region { get; init; }

    /// <summary>Where the service is reached: an emulator or a private endpoint; null = AWS.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Where STS is reached for <see cref="AssumeRole"/>; null = where the environment says, or AWS in the region.</summary>
    public Uri? StsEndpoint { get; init; }

    /// <summary>The access key's id; null = AWS's own chain of credentials.</summary>
    public SecretRef? AccessKey { get; init; }

    /// <summary>The access key.</summary>
    public SecretRef? SecretKey { get; init; }

    /// <summary>What a temporary access key needs besides.</summary>
    public SecretRef? SessionToken { get; init; }

    /// <summary>The ARN of a role to publish as, assumed with the credentials above; null = none.</summary>
    public string? AssumeRole { get; init; }

    /// <summary>What the role's trust policy asks for as external id.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How CloudEvents stand in a message. Raw requests are always base64 of their bytes.</summary>
    public SnsMessageMode Mode { get; init; } = SnsMessageMode.Protobuf;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>The forms of a CloudEvent in a message of SNS.</summary>
public enum SnsMessageMode
{
    /// <summary>Base64 of the protobuf form, as Flyte's admin sends it.</summary>
    Protobuf,

    /// <summary>The structured JSON form as text.</summary>
    Json,
}
