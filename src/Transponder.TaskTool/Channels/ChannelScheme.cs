using Transponder.Notifiers;

namespace Transponder.TaskTool.Channels;

/// <summary>One kind of channel that a URL can name. Opening one connects to nothing.</summary>
internal abstract class ChannelScheme
{
    /// <summary>The schemes of its URLs.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>How its URL is written, for <c>--help</c>.</summary>
    public abstract string Form { get; }

    /// <summary>The options that its URLs may have; one that ends in a dot is the beginning of many.</summary>
    public abstract IReadOnlyList<string> Options { get; }

    /// <summary>Opens the channel; null and what is wrong when it cannot be.</summary>
    public abstract Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem);

    /// <summary>Whether the channel works in an image that has no <see cref="OpenSsl"/>.</summary>
    public virtual bool IsPlain(ChannelAddress address, ChannelSetting setting) => false;

    /// <summary>What is wrong with the address's options; null when nothing is.</summary>
    public string? CheckOptions(ChannelAddress address)
    {
        foreach (var (key, _) in address.Options)
        {
            if (Options.Any(known => Fits(key, known)))
                continue;
            var has = Options.Count == 0 ? "it has none" : $"it has {string.Join(", ", Options)}";
            return $"there is no option {key} for {Names[0]}: {has}";
        }
        return null;
    }

    private static bool Fits(string key, string known) =>
        known.EndsWith('.') ? key.StartsWith(known, StringComparison.Ordinal) && key.Length > known.Length : key == known;
}
