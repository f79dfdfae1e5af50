using System.Runtime.InteropServices;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>The part of librdkafka's C API that a producer needs; all of it is in 1.6 and later. Handles are plain pointers.</summary>
internal static unsafe partial class LibRdKafka
{
    public const string Name = "librdkafka";

    public const int Producer = 0;
    public const int AnyPartition = -1;
    public const int CopyPayload = 0x2;

    public const int EventDeliveryReport = 0x1;
    public const int EventError = 0x8;
    public const int EventTokenRefresh = 0x100;

    public const int PurgeQueue = 0x1;
    public const int PurgeInFlight = 0x2;
    public const int PurgeWithoutWaiting = 0x4;

    [LibraryImport(Name, EntryPoint = "rd_kafka_version")]
    public static partial int Version();

    [LibraryImport(Name, EntryPoint = "rd_kafka_version_str")]
    public static partial nint VersionText();

    [LibraryImport(Name, EntryPoint = "rd_kafka_err2str")]
    public static partial nint ErrorText(int error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint NewConfiguration();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Set(nint configuration, string name, string value, byte* problem, nuint length);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_events")]
    public static partial void SetEvents(nint configuration, int events);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void SetLog(nint configuration, nint callback);

    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint configuration, byte* problem, nuint length);

    [LibraryImport(Name, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTopic(nint client, string topic, nint configuration);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void DestroyTopic(nint topic);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_get_main")]
    public static partial nint MainQueue(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_poll")]
    public static partial nint Poll(nint queue, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_type")]
    public static partial int EventType(nint received);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_message_array")]
    public static partial nuint EventMessages(nint received, RdMessage** messages, nuint size);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_error")]
    public static partial int EventErrorCode(nint received);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_error_string")]
    public static partial nint EventErrorText(nint received);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_destroy")]
    public static partial void DestroyEvent(nint received);

    [LibraryImport(Name, EntryPoint = "rd_kafka_fatal_error")]
    public static partial int FatalError(nint client, byte* problem, nuint length);

    [LibraryImport(Name, EntryPoint = "rd_kafka_produceva")]
    public static partial nint Produce(nint client, RdArgument* arguments, nuint count);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata")]
    public static partial int Metadata(nint client, int allTopics, nint topic, out nint metadata, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata_destroy")]
    public static partial void DestroyMetadata(nint metadata);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_code")]
    public static partial int ErrorCode(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void DestroyError(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_purge")]
    public static partial int Purge(nint client, int flags);

    [LibraryImport(Name, EntryPoint = "rd_kafka_oauthbearer_set_token", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetToken(
        nint client,
        string token,
        long expiresAt,
        string principal,
        nint extensions,
        nuint extensionCount,
        byte* problem,
        nuint length
    );

    [LibraryImport(Name, EntryPoint = "rd_kafka_oauthbearer_set_token_failure", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetTokenFailure(nint client, string problem);
}

/// <summary><c>rd_kafka_message_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RdMessage
{
    public int Error;
    public nint Topic;
    public int Partition;
    public nint Payload;
    public nuint Length;
    public nint Key;
    public nuint KeyLength;
    public long Offset;
    public nint Opaque;
}

/// <summary><c>rd_kafka_vu_t</c>: one argument of <c>rd_kafka_produceva</c>, a tag and a union.</summary>
[StructLayout(LayoutKind.Sequential, Size = 72)]
internal struct RdArgument
{
    public RdArgumentKind Kind;
    public nint First;
    public nint Second;
    public nint Third;
}

/// <summary><c>rd_kafka_vtype_t</c>.</summary>
internal enum RdArgumentKind
{
    Topic = 2,
    Partition = 3,
    Value = 4,
    Key = 5,
    Opaque = 6,
    Flags = 7,
    Header = 9,
}
