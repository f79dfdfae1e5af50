namespace Transponder.Server.Configuration.Sections;

/// <summary>Addresses of services that the operator names: <c>https://host</c>, or <c>http://host:port</c> for an emulator.</summary>
internal static class ServiceUrl
{
    /// <summary>Null when nothing is written, or when it is wrong, which is noted.</summary>
    public static Uri? Read(ConfigSection section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
            return url;
        section.Error(key, $"\"{text}\" is not a URL that starts with http:// or https://");
        return null;
    }
}
