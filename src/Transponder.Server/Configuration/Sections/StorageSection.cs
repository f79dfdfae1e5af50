using System.Net;
using Transponder.Core.Data;
using Transponder.Integrations.Artifacts.Local;
using Transponder.Integrations.Artifacts.S3;
using Transponder.Notifiers;
using Transponder.Server.Wire;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>storage</c>: where users' files are kept. Flyte's keys, and its <c>server.dataProxy</c> and <c>remoteData.region</c>, are read too.</summary>
internal static class StorageSection
{
    public static StorageOptions Read(ConfigSection top, WireOptions wire)
    {
        var section = top.Section("storage");
        var remote = top.Section("remoteData");
        var (upload, download) = (
            top.Section("server").Section("dataProxy").Section("upload"),
            top.Section("server").Section("dataProxy").Section("download")
        );
        section.Ignore("container", "signedUrl", "cache", "limits", "enable-multicontainer", "defaultHttpClient", "redis", "schemes");
        remote.Ignore("scheme", "signedUrls", "maxSizeInBytes", "inlineEventDataPolicy");
        var region = remote.Text("region");
        var defaults = new DataProxyOptions();
        var proxy = new DataProxyOptions
        {
            Prefix = Prefix(section, upload),
            UploadLife = Life(section, "uploadExpiry", upload.Duration("maxExpiresIn", defaults.UploadLife)),
            DownloadLife = Life(section, "downloadExpiry", download.Duration("maxExpiresIn", defaults.DownloadLife)),
            NameLength = upload.Number("defaultFileNameLength", defaults.NameLength, 8, 128),
        };
        var largest = ByteSize.Read(section, "maxUploadSize", ByteSize.Read(upload, "maxSize", new LocalArtifactOptions().MaxUploadBytes));
        return new StorageOptions { Place = Place(section, region, largest, wire), Proxy = proxy };
    }

    private static object? Place(ConfigSection section, string? region, long largest, WireOptions wire)
    {
        var kind = section.Choice(
            "type",
            "local",
            ("local", "local"),
            ("s3", "s3"),
            ("minio", "s3"),
            ("stow", "stow"),
            ("mem", "none"),
            ("none", "none")
        );
        var stow = section.Section("stow");
        var config = stow.Section("config");
        var connection = section.Section("connection");
        stow.Ignore("kind");
        config.Ignore("v2_signing", "auth_type", "disable_ssl", "project_id", "scopes", "json");
        connection.Ignore("auth-type", "disable-ssl");
        switch (kind)
        {
            case "local":
                return Local(section, largest, wire);
            case "stow" when stow.Text("kind") is { } other && other is not "s3":
                section.Warn("stow.kind", $"\"{other}\" is a storage that Transponder does not know: there is no data proxy");
                return null;
            case "s3" or "stow":
                return S3(section, connection, config, region);
            default:
                return null;
        }
    }

    private static LocalArtifactOptions Local(ConfigSection section, long largest, WireOptions wire)
    {
        var options = new LocalArtifactOptions
        {
            Directory = section.Text("directory", new LocalArtifactOptions().Directory),
            PublicUrl = Url(section, "publicUrl"),
            MaxUploadBytes = largest,
        };
        if (
            options.PublicUrl is null
            && section.Has("type")
            && (wire.Host == "*" || (IPAddress.TryParse(wire.Host, out var ip) && ip.Equals(IPAddress.Any)))
        )
            section.Warn("publicUrl", "is missing: signed URLs would name no address that clients can reach");
        return options;
    }

    private static S3Options S3(ConfigSection section, ConfigSection connection, ConfigSection stow, string? region)
    {
        var bucket = section.Text("bucket") ?? section.Text("container");
        if (string.IsNullOrEmpty(bucket))
            section.Required("bucket", "the bucket that users' files are kept in");
        var endpoint = Url(section, "endpoint") ?? Url(connection, "endpoint") ?? Url(stow, "endpoint");
        var options = new S3Options
        {
            Bucket = bucket ?? "",
            Region = section.Text("region") ?? connection.Text("region") ?? stow.Text("region") ?? region ?? "us-east-1",
            Endpoint = endpoint,
            PublicEndpoint = Url(section, "publicEndpoint") ?? Url(section.Section("signedUrl").Section("stowConfigOverride"), "endpoint"),
            PathStyle = section.Flag("pathStyle", endpoint is not null),
            AccessKey = section.Secret("accessKey") ?? Literal(connection, "access-key") ?? Literal(stow, "access_key_id"),
            SecretKey = section.Secret("secretKey") ?? Literal(connection, "secret-key") ?? Literal(stow, "secret_key"),
        };
        if ((options.AccessKey is null) != (options.SecretKey is null))
            section.Error(options.AccessKey is null ? "accessKey" : "secretKey", "is missing: an access key has an id and a secret");
        foreach (var (key, secret) in new[] { ("accessKey", options.AccessKey), ("secretKey", options.SecretKey) })
        {
            if (secret is not null && !secret.TryResolve(out _, out var problem))
                section.Warn(key, problem);
        }

        return options;
    }

    // Flyte's file has the keys themselves; they are taken, and never shown.
    private static SecretRef? Literal(ConfigSection section, string key) =>
        section.Text(key) is { Length: > 0 } text ? SecretRef.FromValue(text) : null;

    private static Uri? Url(ConfigSection section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        section.Error(key, $"\"{text}\" is not a URL that starts with http:// or https://");
        return null;
    }

    private static string Prefix(ConfigSection section, ConfigSection upload)
    {
        var (at, key) = section.Has("prefix") ? (section, "prefix") : (upload, "storagePrefix");
        upload.Ignore("storagePrefix");
        var prefix = at.Text(key, "").Trim('/');
        if (prefix.Length > 0 && !ArtifactKey.IsPlain(prefix))
            at.Error(key, $"\"{prefix}\" is no plain path");
        return prefix;
    }

    private static TimeSpan Life(ConfigSection section, string key, TimeSpan fallback)
    {
        var life = section.Duration(key, fallback);
        if (life > TimeSpan.Zero && life <= TimeSpan.FromDays(7))
            return life;
        section.Error(key, "must be above 0 and at most 168h, the longest that S3 permits");
        return fallback;
    }
}
