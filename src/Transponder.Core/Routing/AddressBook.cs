using Transponder.Notifiers;

namespace Transponder.Core.Routing;

/// <summary>
/// What the addresses in notifications mean. An address is a name under <c>recipients</c>, which stands for other addresses; or a channel's name,
/// alone or followed by <c>:</c> and a target within it; or an e-mail address, which goes by the channel <see cref="EmailChannel"/>. Immutable.
/// </summary>
public sealed class AddressBook
{
    /// <summary>The name of the channel that takes e-mail addresses.</summary>
    public const string EmailChannel = "email";

    private readonly IReadOnlyDictionary<string, Notifier> channels;
    private readonly Dictionary<string, IReadOnlyList<string>> recipients;
    private readonly Func<string, string?> checkEmail;

    /// <summary>Makes an address book.</summary>
    /// <param name="channels">The configured channels by name, e-mail included when there is one.</param>
    /// <param name="recipients">What each name under <c>recipients</c> stands for; names compare without regard to case.</param>
    /// <param name="checkEmail">Says what is wrong with the syntax of an e-mail address; null when it is fine.</param>
    public AddressBook(
        IReadOnlyDictionary<string, Notifier> channels,
        IReadOnlyDictionary<string, IReadOnlyList<string>> recipients,
        Func<string, string?> checkEmail
    )
    {
        this.channels = channels;
        this.checkEmail = checkEmail;
        this.recipients = new(recipients, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Says what is wrong with an address as a launch plan writes it; null when every address that it stands for can be reached.</summary>
    /// <param name="address">The address.</param>
    public string? Check(string address)
    {
        if (recipients.ContainsKey(address.Trim()))
        {
            foreach (var resolved in Resolve(address))
            {
                if (Check(resolved) is { } problem)
                    return $"it stands for \"{resolved.Written}\" (recipients), but {problem}";
            }

            return null;
        }

        return Check(Split(address.Trim()));
    }

    /// <summary>
    /// What an address stands for, each once, in order. What cannot be reached is resolved as far as possible too, so that its delivery exists and
    /// says why it fails.
    /// </summary>
    /// <param name="address">The address as a launch plan writes it.</param>
    public IReadOnlyList<ResolvedAddress> Resolve(string address)
    {
        var resolved = new List<ResolvedAddress>();
        Expand(address.Trim(), resolved, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        return resolved;
    }

    private void Expand(string address, List<ResolvedAddress> resolved, HashSet<string> path)
    {
        // A name that stands for itself among others means the address itself: oncall@x -> [ pager, oncall@x ].
        if (recipients.TryGetValue(address, out var targets) && path.Add(address))
        {
            foreach (var target in targets)
                Expand(target.Trim(), resolved, path);
            path.Remove(address);
            return;
        }

        var split = Split(address);
        if (!resolved.Exists(other => other.Channel == split.Channel && other.Target == split.Target))
            resolved.Add(split);
    }

    private ResolvedAddress Split(string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var head = colon < 0 ? address : address[..colon];
        var named = channels.ContainsKey(head) || !address.Contains('@', StringComparison.Ordinal);
        return named && head != EmailChannel
            ? new(address, head, colon < 0 ? null : address[(colon + 1)..])
            : new(address, EmailChannel, head == EmailChannel && colon >= 0 ? address[(colon + 1)..] : address);
    }

    private string? Check(ResolvedAddress address)
    {
        if (address.Channel == EmailChannel)
            return checkEmail(address.Target ?? "") is { } problem ? $"\"{address.Target}\" is not an e-mail address: {problem}" : null;
        if (!channels.TryGetValue(address.Channel, out var channel))
            return $"\"{address.Written}\" is neither an e-mail address nor a channel: no \"{address.Channel}\" under channels in the configuration";
        return channel.CheckTarget(address.Target) is { } wrong ? $"\"{address.Written}\": {wrong}" : null;
    }
}

/// <summary>Where one address leads.</summary>
/// <param name="Written">The address as it stands in the launch plan or under <c>recipients</c>.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Target">The target within the channel; null when the channel itself is the target.</param>
public sealed record ResolvedAddress(string Written, string Channel, string? Target);
