using System.Buffers;
using Google.Protobuf;
using Transponder.Protocol.Json;

namespace Transponder.Core.Egress.Formats;

/// <summary>Messages as golang jsonpb writes them by default, one after the other.</summary>
internal sealed class JsonBody
{
    private static readonly ProtoJsonWriter Writer = new(ProtoJsonOptions.Compact);

    private readonly ArrayBufferWriter<byte> buffer = new(2048);

    public byte[] Of(IMessage message)
    {
        buffer.ResetWrittenCount();
        Writer.Write(buffer, message);
        return buffer.WrittenSpan.ToArray();
    }
}
