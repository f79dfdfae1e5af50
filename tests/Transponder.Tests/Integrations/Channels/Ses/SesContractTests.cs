using Transponder.Integrations.Aws;
using Transponder.Integrations.Channels.Ses;
using Transponder.Notifiers;
using Transponder.Tests.Notifiers.Channels;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Channels.Ses;

public sealed class SesContractTests : ChannelContract
{
    protected override string? GoodTarget => "ada@example.com";

    protected override string? BadTarget => "ada@example.com\r\nBcc: eve@example.com";

    protected override string Secret => SesServer.SessionToken;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await SesServer.StartAsync();
        var peer = new SesPeer(server, behaviour);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.RefuseAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class SesPeer(SesServer server, PeerBehaviour first) : ChannelPeer
    {
        public override Notifier Notifier { get; } =
            new SesNotifier(
                new SesOptions
                {
                    From = SesServer.Sender,
                    Region = "eu-west-1",
                    Endpoint = server.Endpoint,
                    Identity = new AwsIdentity
                    {
                        AccessKey = SecretRef.FromValue(SesServer.AccessKey),
                        SecretKey = SecretRef.FromValue(SesServer.SecretKey),
                        SessionToken = SecretRef.FromValue(SesServer.SessionToken),
                    },
                    Timeout = PatienceWith(first),
                }
            );

        public override void Behave(PeerBehaviour behaviour) =>
            server.Trouble = request =>
                behaviour switch
                {
                    PeerBehaviour.Silent => ReceiverAnswer.Hang,
                    PeerBehaviour.HangsUp => ReceiverAnswer.Drop,
                    PeerBehaviour.FailsForNow => SesServer.Refuse(500, "InternalFailure", Echo(request)),
                    PeerBehaviour.RefusesCredentials => SesServer.Refuse(403, "InvalidClientTokenId", Echo(request)),
                    PeerBehaviour.AsksForPatience => SesServer.Refuse(400, "ThrottlingException", Echo(request)),
                    _ => null,
                };

        public override Task ContactedAsync() => server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. server.Mails.Select(Read)]);

        public override Task<string> PayloadAsync() => Task.FromResult(server.Mails[^1].Raw);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await server.DisposeAsync();
        }

        private static ReceivedMessage Read(ReceivedMime mail)
        {
            var richest = mail.Parts.Count > 0 ? mail.Parts[^1] : mail;
            var isHtml = richest["Content-Type"]!.StartsWith("text/html", StringComparison.Ordinal);
            var (shown, links) = isHtml ? HtmlReader.Read(richest.Body) : (richest.Body, []);
            return new ReceivedMessage(
                mail["Message-ID"]!,
                mail.Decoded("Subject"),
                richest.Body,
                [.. mail.Headers.Select(header => header.Name)]
            )
            {
                Shown = $"{mail.Decoded("Subject")}\n{shown}",
                Links = links,
            };
        }

        private static string Echo(ReceivedRequest request) => $"no:\r\n{request.Header("X-Amz-Security-Token")}";
    }
}
