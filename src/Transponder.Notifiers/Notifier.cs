using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers;

/// <summary>
/// A channel to people. One call of <see cref="SendAsync"/> is one attempt with a typed result: retries, rate limits and breakers live outside.
/// Thread-safe: one instance serves all messages of its channel. A task's author calls <see cref="NotifyAsync(string, TaskContext?, CancellationToken)"/>,
/// which tries a few times and never throws; a channel of one's own derives from this class and overrides <see cref="AttemptAsync"/>.
/// </summary>
public abstract class Notifier : IAsyncDisposable
{
    private const int LongestTitle = 150;

    /// <summary>The channel's type as the configuration writes it: <c>email</c>, <c>webhook</c>, …; unless overridden, made from the class's name.</summary>
    public virtual string Type => ChannelTypes.Of(GetType());

    /// <summary>The longest that one attempt may take; after it the attempt counts as <see cref="DeliveryReason.Timeout"/>.</summary>
    public virtual TimeSpan Timeout => TimeSpan.FromSeconds(15);

    /// <summary>True when a later message of one <see cref="Message.ThreadKey"/> wants the first one's receipt.</summary>
    public virtual bool KeepsThreads => false;

    /// <summary>True when the channel wants <see cref="Message.Incident"/>, and the success that ends one even where nobody subscribed to it.</summary>
    public virtual bool TracksIncidents => false;

    /// <summary>True when the provider limits and refuses each target by itself: each then has a rate, a breaker and a parking of its own.</summary>
    public virtual bool LimitsTargets => false;

    /// <summary>True when a later message of one <see cref="Message.UpdateKey"/> takes the earlier one's place, by its receipt.</summary>
    public virtual bool UpdatesMessages => false;

    /// <summary>Told of each defect of the channel's own, with the message that met it, for a log; null = nobody is.</summary>
    public Action<Message, Exception>? OnDefect { get; set; }

    /// <summary>Says what is wrong with a target (<see cref="Message.Target"/>) for this channel; null when it is fine.</summary>
    /// <param name="target">The part of the address after the channel's name, or the e-mail address; null when there is none.</param>
    public virtual string? CheckTarget(string? target) => null;

    /// <summary>True when the channel shows <see cref="Message.Execution"/> by itself; for the others it is written under the body.</summary>
    protected internal virtual bool ShowsExecution => false;

    /// <summary>
    /// True when the channel shows <see cref="Message.Fields"/>, <see cref="Message.Links"/> and <see cref="BodyFormat.Markup"/> by itself; for
    /// the others they become text in the body before <see cref="AttemptAsync"/>.
    /// </summary>
    protected internal virtual bool ShowsParts => false;

    /// <summary>Sends a text: its first line is the headline. Tries as often as the context says, never throws, and tells what happened.</summary>
    /// <param name="text">What to say, plain text.</param>
    /// <param name="context">On whose behalf; null = this pod's own.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    public Task<NotifyResult> NotifyAsync(string text, TaskContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        context ??= TaskContext.Current;
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var title = end < 0 ? text : text[..end];
        var message =
            title.Length > LongestTitle
                ? context.Compose(VisibleText.Cut(title, LongestTitle), text)
                : context.Compose(title, end < 0 ? "" : text[end..].Trim());
        return NotifyAsync(message, context, cancellationToken);
    }

    /// <summary>
    /// Sends a message: what it does not say of target, execution and thread comes from the context, and secrets of the context are masked in it.
    /// Tries as often as the context says, never throws, and tells what happened.
    /// </summary>
    /// <param name="message">What to send; <see cref="TaskContext.Compose"/> makes one.</param>
    /// <param name="context">On whose behalf; null = this pod's own.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    public Task<NotifyResult> NotifyAsync(Message message, TaskContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        context ??= TaskContext.Current;
        return NotifyCoreAsync(context.Complete(message), context, cancellationToken);
    }

    /// <summary>Sends a completed message, with retries; combined channels do it their own way.</summary>
    internal virtual Task<NotifyResult> NotifyCoreAsync(Message message, TaskContext context, CancellationToken cancellationToken) =>
        PodDelivery.SendAsync(this, message, context, cancellationToken);

    /// <summary>The message as this channel wants it: with the execution in its body where the channel would not show it.</summary>
    /// <param name="message">The message.</param>
    public Message Fit(Message message) => ShowsExecution ? message : ExecutionFooter.Append(message);

    /// <summary>Makes one attempt. Never throws but for cancellation by the caller.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="cancellationToken">Ends the attempt; whether the message arrived is then unknown.</param>
    public async Task<DeliveryResult> SendAsync(Message message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            if (CheckTarget(message.Target) is { } problem)
                return new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, problem);
            return await AttemptAsync(ShowsParts ? message : MessageText.Flatten(message), deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Retry(DeliveryReason.Timeout, $"no answer within {Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            OnDefect?.Invoke(message, error);
            return new DeliveryResult.Retry(DeliveryReason.InternalError, error.GetType().Name);
        }
    }

    /// <summary>
    /// Looks whether messages could leave, without sending one: the secrets are there, the name resolves, connection and TLS can be made. Null when
    /// the channel cannot tell.
    /// </summary>
    /// <param name="cancellationToken">Ends the look.</param>
    public virtual Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<DeliveryResult?>(null);

    /// <summary>Makes one attempt: the only method that a channel must write. Expected failures are returned, not thrown.</summary>
    /// <param name="message">What to send; its target has passed <see cref="CheckTarget"/>.</param>
    /// <param name="cancellationToken">Set at the attempt's deadline.</param>
    protected abstract Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken);

    /// <summary>Closes the connections that the channel keeps.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
