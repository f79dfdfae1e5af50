using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Plugins;

/// <summary>What one channel of a plugin is made of. Keys are read without regard to case; which were asked for is remembered, so that a slip is noticed.</summary>
public sealed class NotifierPluginOptions
{
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> values;
    private readonly Dictionary<string, SecretRef> secrets;

    /// <summary>Makes the options.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="values">The options that are plain texts.</param>
    /// <param name="secrets">The options that are secrets.</param>
    /// <param name="http">The guarded way out, shared by all channels; it stays the caller's.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public NotifierPluginOptions(
        string channel,
        IReadOnlyDictionary<string, string> values,
        IReadOnlyDictionary<string, SecretRef> secrets,
        OutboundHttp http,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(http);
        Channel = channel;
        Http = http;
        Time = time ?? TimeProvider.System;
        this.values = new Dictionary<string, string>(values, StringComparer.OrdinalIgnoreCase);
        this.secrets = new Dictionary<string, SecretRef>(secrets, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The guarded way out, shared by all channels: the only way to URLs that the configuration names.</summary>
    public OutboundHttp Http { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The options that nobody has asked for so far.</summary>
    public IEnumerable<string> Unread => values.Keys.Concat(secrets.Keys).Where(key => !asked.Contains(key));

    /// <summary>A plain text; null when it is not there.</summary>
    /// <param name="key">The option.</param>
    public string? Text(string key)
    {
        asked.Add(key);
        if (secrets.ContainsKey(key))
            throw new NotifierOptionException(key, "must be a plain text");
        return values.GetValueOrDefault(key);
    }

    /// <summary>A plain text that must be there.</summary>
    /// <param name="key">The option.</param>
    public string Required(string key) => Text(key) is { Length: > 0 } text ? text : throw new NotifierOptionException(key, "is missing");

    /// <summary>A secret; null when it is not there. A plain text is none, since whoever reads the configuration would read it.</summary>
    /// <param name="key">The option.</param>
    public SecretRef? Secret(string key)
    {
        asked.Add(key);
        if (values.ContainsKey(key))
            throw new NotifierOptionException(key, "must be a reference to a secret: { env: NAME } or { file: PATH }");
        return secrets.GetValueOrDefault(key);
    }

    /// <summary>A secret that must be there.</summary>
    /// <param name="key">The option.</param>
    public SecretRef RequiredSecret(string key) => Secret(key) ?? throw new NotifierOptionException(key, "is missing");
}
