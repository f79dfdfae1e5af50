using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Protocol.Json;

namespace Transponder.Core.Egress.Formats;

/// <summary>Messages as golang jsonpb writes them by default, one after the other.</summary>
internal sealed class JsonBody
{
    private static readonly ProtoJsonWriter Writer = new(ProtoJsonOptions.Compact);

    private readonly JsonText text = new();

    public byte[] Of(IMessage message)
    {
        text.Length = 0;
        Writer.Write(text, message);
        return text.Written.ToArray();
    }

    /// <summary>The same of a message's bytes, which are not parsed for it.</summary>
    public byte[] Of(MessageDescriptor type, ReadOnlySpan<byte> message)
    {
        text.Length = 0;
        WireJson.Write(text, type, message);
        return text.Written.ToArray();
    }
}
