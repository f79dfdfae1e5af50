using Transponder.Server.Wire.Cors;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>server.cors</c>, or Flyte's <c>server.security.allowCors</c>, <c>allowedOrigins</c> and <c>allowedHeaders</c>.</summary>
internal static class CorsSection
{
    public static CorsOptions Read(ConfigSection server)
    {
        var flyte = server.Section("security");
        var allowCors = flyte.Flag("allowCors", flyte.Has("allowedOrigins"));
        var (origins, headers) = (flyte.Texts("allowedOrigins"), flyte.Texts("allowedHeaders"));
        flyte.Ignore("useAuth", "auditAccess");
        var section = server.Section("cors");
        if (section.Has("allowedOrigins"))
            return Check(section, section.Texts("allowedOrigins"), section.Texts("allowedHeaders"));
        section.Ignore("allowedHeaders");
        if (allowCors && origins.Count == 0)
            flyte.Warn("allowCors", "lets nobody in until allowedOrigins names the pages' origins, or is \"*\"");
        return allowCors ? Check(flyte, origins, headers) : new CorsOptions();
    }

    private static CorsOptions Check(ConfigSection section, IReadOnlyList<string> origins, IReadOnlyList<string> headers)
    {
        foreach (var origin in origins)
        {
            if (origin != "*" && !IsOrigin(origin))
                section.Error(
                    "allowedOrigins",
                    $"\"{origin}\" is no origin such as https://console.example.com: scheme, host and port, no path"
                );
        }

        return new CorsOptions { AllowedOrigins = origins, AllowedHeaders = headers };
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
