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
                    CommandTimeout = TimeSpan.FromSeconds(behaviour == PeerBehaviour.Silent ? 1 : 20),
                }
            );
            Behave(behaviour);
        }

        public override Notifier Notifier { get; }

        public override void Behave(PeerBehaviour behaviour)
        {
            if (behaviour == PeerBehaviour.RefusesConnections)
                _server.Stop();
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
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([
                .. _server
                    .Mails.Select(m => ReceivedMime.Parse(m.Content))
                    .Select(m => new ReceivedMessage(
                        m["Message-ID"]!,
                        m.Decoded("Subject"),
                        m.Parts[^1].Body,
                        [.. m.Headers.Select(h => h.Name)]
                    )),
            ]);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}
