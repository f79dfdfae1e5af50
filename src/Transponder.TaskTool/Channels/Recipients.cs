using Transponder.Notifiers;

namespace Transponder.TaskTool.Channels;

/// <summary>The e-mail addresses that an address's option <c>to</c> names.</summary>
internal static class Recipients
{
    /// <summary>The addresses; null, and why, when there are none or one is malformed.</summary>
    public static IReadOnlyList<string>? Of(ChannelAddress address, out string? problem)
    {
        var to = address
            .Options.Where(option => option.Key == "to")
            .SelectMany(option => option.Value.Split(','))
            .Select(one => one.Trim())
            .ToList();
        problem = to.Count == 0 ? "needs to=, an e-mail address" : to.Select(EmailAddress.Check).FirstOrDefault(wrong => wrong is not null);
        return problem is null ? to : null;
    }

    /// <summary>A channel for each, as one.</summary>
    public static Notifier Each(IReadOnlyList<string> to, Func<Notifier> channel)
    {
        var mails = to.Select(recipient => (Notifier)new TargetedNotifier(channel(), recipient)).ToList();
        return mails is [var one] ? one : MultiNotifier.All(mails);
    }
}
