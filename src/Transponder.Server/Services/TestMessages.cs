using System.Text.RegularExpressions;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.V1;
using Outcome = Transponder.V1.SendTestResponse.Types.Outcome;

namespace Transponder.Server.Services;

/// <summary>
/// Sends messages that are marked as tests, through the same guarded notifiers as deliveries, a few at a time. What an answer's body says is not
/// shown: a test must not read pages of a network that the caller cannot reach.
/// </summary>
internal sealed partial class TestMessages(Func<ChannelSet> channels, TimeProvider time)
{
    private const double PerSecond = 0.2;
    private const int Burst = 5;
    private const int LongestText = 2000;

    private readonly TokenBucket bucket = new(PerSecond, Burst, time);

    /// <summary>One attempt and its result.</summary>
    public async Task<SendTestResponse> SendAsync(SendTestRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var channel = Find(request.Channel, caller);
        var target = request.Target.Length > 0 ? request.Target : null;
        if (channel.Notifier.CheckTarget(target) is { } problem)
            throw new RpcException(StatusCode.InvalidArgument, $"target: {problem}");
        if (request.Message.Length > LongestText)
            throw new RpcException(StatusCode.InvalidArgument, $"message: has more than {LongestText} characters");
        TakeTurn();

        var message = Compose(channel, target, request.Message);
        var begin = time.GetTimestamp();
        var result = await channel.Notifier.SendAsync(message, cancellationToken);
        return new SendTestResponse
        {
            Id = message.Id,
            Outcome = result switch
            {
                DeliveryResult.Delivered => Outcome.Delivered,
                DeliveryResult.Retry => Outcome.Retry,
                _ => Outcome.Rejected,
            },
            Reason = ReasonName.Of(result.Reason),
            Detail = WithoutBody(result.Detail),
            LatencyMs = (long)time.GetElapsedTime(begin).TotalMilliseconds,
            Channel = channel.Name,
            Target = AddressMask.Of(request.Target),
        };
    }

    /// <summary>The channel of that name, if it is open to one of the caller's projects.</summary>
    public Channel Find(string name, Caller caller) =>
        channels().Find(name) is { } found && caller.MayKnow(found)
            ? found
            : throw new RpcException(StatusCode.NotFound, $"there is no channel {name}; known: {string.Join(", ", Known(caller))}");

    private IEnumerable<string> Known(Caller caller) =>
        channels().All.Where(caller.MayKnow).Select(channel => channel.Name).Order(StringComparer.Ordinal);

    private void TakeTurn()
    {
        TimeSpan wait;
        lock (bucket)
        {
            wait = bucket.Wait();
            if (wait == TimeSpan.Zero)
                bucket.Take(1);
        }

        if (wait > TimeSpan.Zero)
            throw new RpcException(
                StatusCode.ResourceExhausted,
                $"too many test messages; the next may go in {Math.Ceiling(wait.TotalSeconds):0} s"
            );
    }

    private Message Compose(Channel channel, string? target, string text)
    {
        var said = text.Length > 0 ? text : $"This is a test of the channel {channel.Name}. No execution has ended.";
        return new Message
        {
            Id = $"test_{Guid.NewGuid():N}",
            Target = target,
            Title = $"[test] {(text.Length > 0 ? FirstLine(text) : $"Transponder reaches {channel.Name}")}",
            Body = $"{said}\n\nSent by transponder send-test.\n",
            Format = BodyFormat.Text,
            Severity = Severity.Info,
            CreatedAt = time.GetUtcNow(),
        };
    }

    private static string FirstLine(string text)
    {
        var line = string.Concat(text.TakeWhile(c => !char.IsControl(c))).Trim();
        return line.Length > 100 ? $"{line[..99]}…" : line;
    }

    private static string WithoutBody(string detail) => Answer().Match(detail) is { Success: true } status ? status.Value : detail;

    [GeneratedRegex(@"^HTTP \d{3}(?=: )")]
    private static partial Regex Answer();
}
