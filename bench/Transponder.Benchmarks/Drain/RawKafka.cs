using System.Runtime.InteropServices;

namespace Transponder.Benchmarks.Drain;

/// <summary>librdkafka's clients, made from settings alone: what the raw consumer and the raw producer have in common.</summary>
internal static unsafe partial class RawKafka
{
    public const string Library = "librdkafka.so.1";
    private const int TextSize = 512;

    public static nint Producer(IEnumerable<(string Name, string Value)> settings) => Client(0, settings);

    public static nint Consumer(IEnumerable<(string Name, string Value)> settings) => Client(1, settings);

    public static nint Topic(nint client, string name) => rd_kafka_topic_new(client, name, 0);

    private static nint Client(int type, IEnumerable<(string Name, string Value)> settings)
    {
        var text = stackalloc byte[TextSize];
        var configuration = rd_kafka_conf_new();
        foreach (var (name, value) in settings)
        {
            if (rd_kafka_conf_set(configuration, name, value, text, TextSize) != 0)
                throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)text));
        }

        rd_kafka_conf_set_log_cb(configuration, 0);
        var client = rd_kafka_new(type, configuration, text, TextSize);
        return client != 0 ? client : throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)text));
    }

    [LibraryImport(Library)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_set(nint configuration, string name, string value, byte* text, nuint length);

    [LibraryImport(Library)]
    private static partial void rd_kafka_conf_set_log_cb(nint configuration, nint callback);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_new(int type, nint configuration, byte* text, nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint rd_kafka_topic_new(nint client, string topic, nint configuration);
}
