using System.Net;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Pods;

namespace Transponder.TaskTool.Channels;

/// <summary>What channels are opened with: the pod, the way out, and a place for remarks. Whoever wrote a URL may send there, wherever it leads.</summary>
internal sealed class ChannelSetting : IDisposable
{
    private static readonly OutboundPolicy Anywhere = new()
    {
        Allow = [new IPNetwork(IPAddress.Any, 0), new IPNetwork(IPAddress.IPv6Any, 0)],
    };

    private readonly Action<string> remark;

    /// <summary>Makes one.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="remark">Told what its user should know, in one line.</param>
    public ChannelSetting(TaskContext pod, Action<string> remark)
    {
        Pod = pod;
        this.remark = remark;
    }

    public TaskContext Pod { get; }

    public OutboundHttp Http { get; } = new(new OutboundOptions { Policy = Anywhere });

    /// <summary>
    /// The secret that a text points at (<c>env:NAME</c>, <c>secret:group/key</c>, <c>file:/path</c>), or is. It is masked in all messages from now on.
    /// </summary>
    /// <param name="text">The reference, or the secret.</param>
    /// <param name="shown">What holds it, for people.</param>
    /// <param name="problem">What is wrong with the reference.</param>
    public SecretRef? Secret(string text, string shown, out string? problem)
    {
        problem = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var place = ChannelAddress.IsReferenceText(text) ? text[(colon + 1)..] : null;
        if (place is "")
        {
            problem = "the reference to its secret is empty: env:NAME, secret:group/key or file:/path";
            return null;
        }
        try
        {
            return Pod.Secrets.Guard(place is null ? Literal(text, shown) : Find(text[..colon], place));
        }
        catch (ArgumentException error)
        {
            problem = error.Message;
            return null;
        }
    }

    public void Dispose() => Http.Dispose();

    private SecretRef Find(string kind, string place)
    {
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        return kind switch
        {
            "env" => SecretRef.FromEnvironment(place),
            "file" => SecretRef.FromFile(place),
            _ => Pod.Secret(slash < 0 ? null : place[..slash], place[(slash + 1)..]),
        };
    }

    private SecretRef Literal(string text, string shown)
    {
        remark(
            $"{shown} holds a secret in plain view of whoever sees the command; env:NAME, secret:group/key or file:/path in its place keep it"
        );
        return SecretRef.FromValue(text);
    }
}
