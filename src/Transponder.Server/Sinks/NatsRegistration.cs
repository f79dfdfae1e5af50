using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Nats;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Sinks;

/// <summary><c>type: nats</c>. Flyte's keys, and JetStream and TLS, for which Flyte has none.</summary>
internal sealed class NatsRegistration : ISinkRegistration
{
    public string Type => "nats";

    public string Section => "nats";

    public SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound)
    {
        var section = sink.Section(Section);
        var tls = section.Section("tlsConfig");
        var (user, token) = (section.Section("userAuthentication"), section.Section("tokenAuthentication"));
        var (withUser, withToken) = (user.Flag("enabled", false), token.Flag("enabled", false));
        var defaults = new NatsSinkOptions { Servers = [], Subject = "" };
        var (name, password, secret) = (user.Text("user"), user.TextOrSecret("password"), token.TextOrSecret("token"));
        var options = new NatsSinkOptions
        {
            Servers = section.Texts("servers"),
            Subject = sink.Section("eventsPublisher").Required("topicName", "the subject to publish to"),
            JetStream = section.Flag("jetStream", defaults.JetStream),
            Mode = sink.Choice("mode", defaults.Mode, ("structured", NatsSinkMode.Structured), ("binary", NatsSinkMode.Binary)),
            User = withUser ? name : null,
            Password = withUser ? password : null,
            Token = withToken ? secret : null,
            Tls = tls.Flag("enabled", false),
            SkipTlsVerify = tls.Flag("insecureSkipVerify", false),
            CaFile = tls.Text("caPath"),
            CertificateFile = tls.Text("certPath"),
            KeyFile = tls.Text("keyPath"),
            ConnectTimeout = section.Duration("connectTimeout", defaults.ConnectTimeout),
            AckTimeout = section.Duration("ackTimeout", defaults.AckTimeout),
        };
        if (options.Servers.Count == 0)
            section.Error("servers", "name at least one server, as nats://host:4222");
        foreach (var server in options.Servers.Where(server => Peer(server) is null))
            section.Error("servers", $"\"{server}\" is not a server such as nats://host:4222");
        if (withUser && withToken)
            section.Error("tokenAuthentication", "a connection has one identity: enable this or userAuthentication");
        if ((options.CertificateFile is null) != (options.KeyFile is null))
            tls.Error(options.KeyFile is null ? "keyPath" : "certPath", "is missing: certificate and key go together");
        user.WarnIfUnreadable("password", options.Password);
        token.WarnIfUnreadable("token", options.Token);
        return new NatsSinkChoice(options);
    }

    internal static SinkPeer? Peer(string server)
    {
        var text = server.Contains("://", StringComparison.Ordinal) ? server : "nats://" + server;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.Scheme is "nats" or "tls"
            ? new SinkPeer(url.IdnHost, url.Port > 0 ? url.Port : 4222)
            : null;
    }
}

/// <summary>A sink of the type <c>nats</c>.</summary>
/// <param name="Nats">The transport's own options.</param>
internal sealed record NatsSinkChoice(NatsSinkOptions Nats) : SinkOptions
{
    internal override string Type => "nats";

    internal override string Topic => Nats.Subject;

    internal override string Target => $"{Nats.Subject} at {string.Join(", ", Peers)}";

    internal override IReadOnlyList<SinkPeer> Peers => [.. Nats.Servers.Select(NatsRegistration.Peer).OfType<SinkPeer>()];

    internal override IEventSink CreateSink(SinkEnvironment environment) => new NatsSink(Nats, environment.Time);
}
