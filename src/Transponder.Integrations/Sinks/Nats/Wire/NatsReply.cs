namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>A message that waits for its reply.</summary>
/// <param name="inbox">Where the reply goes.</param>
/// <param name="subject">Where the message went.</param>
internal sealed class NatsReply(string inbox, string subject)
{
    public string Inbox { get; } = inbox;

    public string Subject { get; } = subject;

    public TaskCompletionSource<NatsFrame> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
