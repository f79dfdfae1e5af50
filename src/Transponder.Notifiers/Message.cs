namespace Transponder.Notifiers;

/// <summary>One message to one target, rendered and ready to send. Immutable; the same value is sent again at every attempt.</summary>
public sealed record Message
{
    /// <summary>Stable over attempts and replays: the idempotency key, e.g. the webhook-id header and the left part of the Message-ID.</summary>
    public required string Id { get; init; }

    /// <summary>Whom the channel should reach: an e-mail address, a Slack channel; null when the channel itself is the target.</summary>
    public string? Target { get; init; }

    /// <summary>The subject or headline, plain text in one line.</summary>
    public required string Title { get; init; }

    /// <summary>The text, in the format that <see cref="Format"/> names.</summary>
    public required string Body { get; init; }

    /// <summary>How <see cref="Body"/> is written; HTML's and mrkdwn's values are escaped already.</summary>
    public BodyFormat Format { get; init; }

    /// <summary>Facts beside the text, in this order.</summary>
    public IReadOnlyList<MessageField> Fields { get; init; } = [];

    /// <summary>Links beside the text, in this order.</summary>
    public IReadOnlyList<MessageLink> Links { get; init; } = [];

    /// <summary>How urgent the message is.</summary>
    public Severity Severity { get; init; } = Severity.Info;

    /// <summary>Messages with the same key form one conversation (an execution); null = no thread.</summary>
    public string? ThreadKey { get; init; }

    /// <summary>
    /// What the channel answered (<see cref="DeliveryResult.Delivered.Receipt"/>) when the first message with this <see cref="ThreadKey"/> reached
    /// this target; null for the first itself, and for channels that keep no threads.
    /// </summary>
    public string? ThreadReceipt { get; init; }

    /// <summary>
    /// Of messages with the same key a later one replaces the earlier, where the channel can (<see cref="Notifier.UpdatesMessages"/>); null = it
    /// stands by itself.
    /// </summary>
    public string? UpdateKey { get; init; }

    /// <summary>
    /// What the channel answered (<see cref="DeliveryResult.Delivered.Receipt"/>) to the message that this one replaces; null = it is the first. A
    /// message that cannot be replaced is sent anew.
    /// </summary>
    public string? UpdateReceipt { get; init; }

    /// <summary>The incident that the message opens or ends; null for channels that track none.</summary>
    public Incident? Incident { get; init; }

    /// <summary>When the message came to be: its Date, frozen over attempts.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True when someone asked for the message to be sent again.</summary>
    public bool Replay { get; init; }

    /// <summary>The execution that the message reports; null when there is none.</summary>
    public ExecutionInfo? Execution { get; init; }
}

/// <summary>How a body is written.</summary>
public enum BodyFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>HTML.</summary>
    Html,

    /// <summary>Slack's mrkdwn.</summary>
    Mrkdwn,

    /// <summary>
    /// Our markup, which every channel shows as well as it can: <c>**bold**</c>, <c>*italic*</c>, <c>`code`</c>, code between lines of <c>```</c>,
    /// lists (<c>- </c>, <c>1. </c>) and <c>[text](https://…)</c>. Everything else is text; <see cref="Markup.MarkupText.Escape"/> makes values text.
    /// </summary>
    Markup,
}

/// <summary>How urgent a message is.</summary>
public enum Severity
{
    /// <summary>For information.</summary>
    Info,

    /// <summary>Someone should look.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}

/// <summary>What a message means to a channel that tracks incidents.</summary>
/// <param name="Key">Equal for all messages of one incident: the launch plan's or the execution's; of any length and characters.</param>
/// <param name="Action">What to do with it.</param>
public sealed record Incident(string Key, IncidentAction Action);

/// <summary>What a message does to its incident.</summary>
public enum IncidentAction
{
    /// <summary>Opens it, or adds to the open one.</summary>
    Trigger,

    /// <summary>Ends it.</summary>
    Resolve,
}
