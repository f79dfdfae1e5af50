using System.Text;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Email;

public sealed class EmailContractTests : ChannelContract
{
    private const string Password = "hunter2-Geheim";

    protected override string GoodTarget => "lead@example.com";

    protected override string BadTarget => "lead@example.com\r\nRCPT TO:<evil@example.com>";

    protected override string Secret => Password;

    protected override Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) => Task.FromResult<ChannelPeer>(new Peer(behaviour));

    private sealed class Peer : ChannelPeer
    {
        private readonly ScriptedSmtpServer _server = new();

        public Peer(PeerBehaviour behaviour)
        {
            _server.Extensions = [.. _server.Extensions, "AUTH PLAIN LOGIN"];
            Notifier = new EmailNotifier(
                new EmailOptions
                {
                    Sender = "Flyte <flyte@example.com>",
                    Host = "127.0.0.1",
                    Port = _server.Port,
                    Username = "user",
                    Password = SecretRef.FromValue(Password),
                    ConnectTimeout = TimeSpan.FromMinutes(1),
                    CommandTimeout = PatienceWith(behaviour),
                }
            );
            Behave(behaviour);
        }

        public override Notifier Notifier { get; }

        public override void Behave(PeerBehaviour behaviour)
        {
            if (behaviour == PeerBehaviour.RefusesConnections)
                _server.Refuse();
            _server.Script = behaviour switch
            {
                PeerBehaviour.Silent => _ => ScriptedSmtpServer.Hush,
                PeerBehaviour.HangsUp => _ => ScriptedSmtpServer.HangUp,
                PeerBehaviour.FailsForNow => c => c.Verb == "RCPT" ? $"451 4.3.0 {Password} is not to blame" : null,
                PeerBehaviour.AsksForPatience => c => c.Verb == "RCPT" ? $"450 4.2.0 greylisted, {Password}" : null,
                PeerBehaviour.RefusesCredentials => c => c.Verb == "AUTH" ? $"535 5.7.8 {Password} and {c.Line} are wrong" : null,
                _ => _ => null,
            };
        }

        public override Task ContactedAsync() => Eventually.TrueAsync(() => _server.Connections > 0, "a connection");

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Mails.Select(mail => Read(ReceivedMime.Parse(mail.Content)))]);

        public override Task<string> PayloadAsync() => Task.FromResult(Encoding.UTF8.GetString(_server.Mails[^1].Content));

        private static ReceivedMessage Read(ReceivedMime mail)
        {
            var richest = mail.Parts.Count > 0 ? mail.Parts[^1] : mail;
            var (shown, links) = richest["Content-Type"]!.StartsWith("text/html", StringComparison.Ordinal)
                ? HtmlReader.Read(richest.Body)
                : (richest.Body, []);
            var subject = mail.Decoded("Subject");
            return new ReceivedMessage(mail["Message-ID"]!, subject, richest.Body, [.. mail.Headers.Select(header => header.Name)])
            {
                Shown = $"{subject}\n{shown}",
                Links = links,
            };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}
