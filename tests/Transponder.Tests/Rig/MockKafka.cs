using System.Runtime.InteropServices;
using System.Text;
using Transponder.Integrations.Sinks.Kafka;
using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>
/// librdkafka's own cluster of brokers, in this process, reached over TCP like any other. It makes topics when asked for them, keeps 5 MB of each
/// partition, and knows neither TLS nor SASL. Brokers can be taken down, and errors be put into their answers.
/// </summary>
public sealed class MockKafka : IDisposable
{
    private const string Library = "librdkafka.so.1";
    private const int Producer = 0;
    private const short ProduceRequest = 0;
    private readonly nint client;
    private readonly nint cluster;

    private MockKafka(nint client, int brokers)
    {
        this.client = client;
        cluster = rd_kafka_mock_cluster_new(client, brokers);
        Brokers = Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(cluster))!;
        Count = brokers;
    }

    /// <summary>Their addresses, separated by commas.</summary>
    public string Brokers { get; }

    /// <summary>How many there are; they are numbered from 1.</summary>
    public int Count { get; }

    public static MockKafka Start(int brokers = 1)
    {
        Assert.SkipWhen(KafkaLibrary.Problem is not null, $"librdkafka is missing: {KafkaLibrary.Problem}");
        var text = new byte[256];
        var configuration = rd_kafka_conf_new();
        rd_kafka_conf_set_log_cb(configuration, 0);
        var client = rd_kafka_new(Producer, configuration, text, text.Length);
        Assert.True(client != 0, Encoding.UTF8.GetString(text));
        return new MockKafka(client, brokers);
    }

    public void CreateTopic(string topic, int partitions) =>
        Assert.Equal(0, rd_kafka_mock_topic_create(cluster, topic, partitions, Math.Min(3, Count)));

    /// <summary>Nobody listens any more, and connections are cut.</summary>
    public void SetDown()
    {
        for (var broker = 1; broker <= Count; broker++)
            Assert.Equal(0, rd_kafka_mock_broker_set_down(cluster, broker));
    }

    public void SetUp()
    {
        for (var broker = 1; broker <= Count; broker++)
            Assert.Equal(0, rd_kafka_mock_broker_set_up(cluster, broker));
    }

    /// <summary>Every answer takes that long.</summary>
    public void SetRoundTrip(TimeSpan time)
    {
        for (var broker = 1; broker <= Count; broker++)
            Assert.Equal(0, rd_kafka_mock_broker_set_rtt(cluster, broker, (int)time.TotalMilliseconds));
    }

    /// <summary>The next messages are answered with these codes, and not taken.</summary>
    public void RefuseNext(params int[] codes) => rd_kafka_mock_push_request_errors_array(cluster, ProduceRequest, codes.Length, codes);

    /// <summary>Whoever asks for the topic gets this code; 0 = the topic.</summary>
    public void SetTopicError(string topic, int code) => rd_kafka_mock_topic_set_error(cluster, topic, code);

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(cluster);
        rd_kafka_destroy(client);
    }

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint rd_kafka_conf_new();

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void rd_kafka_conf_set_log_cb(nint configuration, nint callback);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint rd_kafka_new(int type, nint configuration, byte[] text, nint length);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void rd_kafka_destroy(nint client);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void rd_kafka_mock_cluster_destroy(nint cluster);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int rd_kafka_mock_topic_create(
        nint cluster,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string topic,
        int partitions,
        int replicas
    );

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void rd_kafka_mock_topic_set_error(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int error);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void rd_kafka_mock_push_request_errors_array(nint cluster, short request, nint count, int[] errors);
}
