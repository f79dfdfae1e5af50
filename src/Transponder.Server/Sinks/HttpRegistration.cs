using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Http;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Sinks;

/// <summary><c>type: http</c>.</summary>
internal sealed class HttpRegistration : ISinkRegistration
{
    public string Type => "http";

    public string Section => "http";

    public SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound)
    {
        var section = sink.Section(Section);
        var headers = section.Section("headers");
        var defaults = new HttpSinkOptions { Url = SecretRef.FromValue("x") };
        sink.Section("eventsPublisher").Ignore("topicName");
        var url = section.TextOrSecret("url");
        if (url is null && !section.Has("url"))
            section.Error("url", "is missing: where the requests go");
        var options = new HttpSinkOptions
        {
            Url = url ?? defaults.Url,
            Mode = sink.Choice(
                "mode",
                defaults.Mode,
                ("binary", HttpSinkMode.Binary),
                ("structured", HttpSinkMode.Structured),
                ("batch", HttpSinkMode.Batch)
            ),
            BatchRecords = section.Number("batchRecords", defaults.BatchRecords, 1, 10_000),
            BatchBytes = (int)Math.Min(int.MaxValue, ByteSize.Read(section, "batchSize", defaults.BatchBytes)),
            Concurrency = section.Number("concurrency", defaults.Concurrency, 1, 1000),
            Timeout = section.Duration("timeout", defaults.Timeout),
            Gzip = section.Flag("gzip", defaults.Gzip),
            BearerToken = section.Secret("bearerToken"),
            User = section.Text("user"),
            Password = section.Secret("password"),
            Headers = headers
                .Keys.Select(name => (name, value: headers.TextOrSecret(name)))
                .Where(header => header.value is not null)
                .ToDictionary(header => header.name, header => header.value!),
            SigningSecret = section.Secret("signingSecret"),
            PreviousSigningSecrets = section.Secret("previousSigningSecret") is { } previous ? [previous] : [],
            Handshake = section.Flag("handshake", defaults.Handshake),
            Origin = section.Text("origin", defaults.Origin),
            Rate = section.Has("rate") ? section.Number("rate", 1, 1, 10_000_000) : Unlimited(section),
        };
        if (url is null)
            return null;
        Check(section, headers, options, outbound);
        return new HttpSinkChoice(options);
    }

    private static int? Unlimited(ConfigSection section)
    {
        section.Number("rate", 0, 1, 10_000_000);
        return null;
    }

    private static void Check(ConfigSection section, ConfigSection headers, HttpSinkOptions options, OutboundPolicy outbound)
    {
        foreach (var (key, problem) in options.Check(outbound))
        {
            var (place, name) = key.StartsWith("headers.", StringComparison.Ordinal) ? (headers, key["headers.".Length..]) : (section, key);
            place.Report(
                name.StartsWith("previous", StringComparison.Ordinal) ? "previousSigningSecret" : name,
                problem,
                [options.Url, options.SigningSecret, .. options.PreviousSigningSecrets, .. options.Headers.Values]
            );
        }

        if ((options.User is null) != (options.Password is null))
            section.Error(options.User is null ? "user" : "password", "is missing: user and password go together");
        if (options is { User: not null, BearerToken: not null })
            section.Error("bearerToken", "a request has one Authorization: write user and password, or bearerToken");
        section.WarnIfUnreadable("bearerToken", options.BearerToken);
        section.WarnIfUnreadable("password", options.Password);
    }
}

/// <summary>A sink of the type <c>http</c>.</summary>
/// <param name="Http">The transport's own options.</param>
internal sealed record HttpSinkChoice(HttpSinkOptions Http) : SinkOptions
{
    internal override string Type => "http";

    internal override string Target => Url is { } url ? $"{url.Scheme}://{url.Authority}" : Http.Url.Place;

    internal override IReadOnlyList<SinkPeer> Peers => Url is { } url ? [SinkPeer.Of(url)] : [];

    private Uri? Url => Http.Url.TryResolve(out var text, out _) && Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null;

    internal override IEventSink CreateSink(SinkEnvironment environment) => new HttpSink(Http, environment.Http, environment.Time);
}
