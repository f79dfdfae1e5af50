using Google.Protobuf;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Sns;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks.Sns;

/// <summary>A topic with a queue behind it.</summary>
internal sealed class SnsPeer : SinkPeer
{
    private readonly AwsAccount aws;
    private readonly string queue;
    private readonly bool raw;
    private readonly TcpFaultProxy network;
    private readonly SnsSink sink;
    private readonly List<Arrived> arrived = [];

    private SnsPeer(AwsAccount aws, string queue, bool raw, TcpFaultProxy network, SnsSink sink) =>
        (this.aws, this.queue, this.raw, this.network, this.sink) = (aws, queue, raw, network, sink);

    public override IEventSink Sink => sink;

    public override TcpFaultProxy Network => network;

    public static async Task<SnsPeer> OpenAsync(AwsAccount shared, SinkTerms terms, bool fifo)
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync(fifo);
        var queue = await aws.SubscribeQueueAsync(topic, raw: true);
        var network = TcpFaultProxy.Start(aws.Endpoint.Port, terms.Trouble == SinkTrouble.Down ? Fault.Refuse : Fault.None);
        var user = terms.Trouble switch
        {
            SinkTrouble.WrongCredentials => aws.Administrator with { SecretKey = "wJalrXUtnFEMI/wrong" },
            SinkTrouble.NotPermitted => await aws.CreateUserAsync(
                """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"""
            ),
            _ => aws.Administrator,
        };
        var named = terms.Trouble == SinkTrouble.NoTopic ? topic.Replace("t-", "gone-", StringComparison.Ordinal) : topic;
        var options = SnsSamples.Options(new Uri($"http://127.0.0.1:{network.Port}"), named, user);
        return new SnsPeer(aws, queue, terms.Raw, network, new SnsSink(options, Patient.Clock));
    }

    public override async Task<IReadOnlyList<Arrived>> ReadAsync()
    {
        while (await aws.TakeAsync(queue) is { Count: > 0 } taken)
            arrived.AddRange(taken.Select(body => Read(Convert.FromBase64String(body))));
        return [.. arrived];
    }

    public override async ValueTask DisposeAsync()
    {
        await sink.DisposeAsync();
        await network.DisposeAsync();
    }

    private Arrived Read(byte[] message)
    {
        if (raw)
            return new Arrived(message, null, null);
        var (id, data) = ("", Array.Empty<byte>());
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            switch (tag >> 3)
            {
                case 1:
                    id = input.ReadString();
                    break;
                case 6:
                    data = input.ReadBytes().ToByteArray();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
        return new Arrived(data, id, null);
    }
}
