using System.Buffers;
using System.Buffers.Text;
using Transponder.Protocol;

namespace Transponder.Server.Wire.GrpcWeb;

/// <summary>Base64 of which several pieces, each with its own padding, may follow one another.</summary>
internal static class Base64Text
{
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var decoded = new ArrayBufferWriter<byte>(Math.Max(16, text.Length / 4 * 3));
        while (text.Length > 0)
        {
            var padding = text.IndexOf((byte)'=');
            var length = padding < 0 ? text.Length : Math.Min(text.Length, (padding / 4 + 1) * 4);
            var span = decoded.GetSpan(Base64.GetMaxDecodedFromUtf8Length(length));
            if (Base64.DecodeFromUtf8(text[..length], span, out _, out var written) != OperationStatus.Done)
            {
                throw new RpcException(StatusCode.InvalidArgument, "the request's body is not base64");
            }

            decoded.Advance(written);
            text = text[length..];
        }

        return decoded.WrittenSpan.ToArray();
    }
}
