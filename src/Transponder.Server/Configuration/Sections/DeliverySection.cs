using Transponder.Core.Delivery;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>delivery</c> and <c>console</c>: how deliveries are made, and what they link to.</summary>
internal static class DeliverySection
{
    public static DeliveryOptions Read(ConfigSection section, ConfigSection console)
    {
        var defaults = new DeliveryOptions();
        var url = console.Text("url");
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            console.Error("url", "must be an absolute http or https URL, with {project}, {domain} and {name} where they belong");
        return defaults with
        {
            LeaseDuration = Positive(section, "leaseDuration", defaults.LeaseDuration),
            PollInterval = Positive(section, "pollInterval", defaults.PollInterval),
            ParkedProbeInterval = Positive(section, "parkedProbeInterval", defaults.ParkedProbeInterval),
            ConsoleUrl = url,
        };
    }

    private static TimeSpan Positive(ConfigSection section, string key, TimeSpan fallback)
    {
        var value = section.Duration(key, fallback);
        if (value > TimeSpan.Zero)
            return value;
        section.Error(key, "must be longer than zero");
        return fallback;
    }
}
