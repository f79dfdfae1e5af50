using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Transponder.Protocol;

/// <summary>Takes the length-prefixed messages off an answer's body, unpacks gzip, and refuses what is larger than the limit.</summary>
internal sealed class GrpcFrameReader(Stream body, HttpResponseMessage response, int maxBytes)
{
    private const int PrefixBytes = 5;

    private readonly byte[] prefix = new byte[PrefixBytes];

    /// <summary>A message as one uncompressed frame.</summary>
    public static byte[] Frame(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[PrefixBytes + size];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)size);
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>The next message; null at the end of the body.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return null;
        if (read < PrefixBytes)
            throw new RpcException(StatusCode.Internal, "the server's answer ends within a message");
        var size = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (size > maxBytes)
            throw TooLarge(size);
        var message = new byte[size];
        await body.ReadExactlyAsync(message, cancellationToken);
        return prefix[0] == 0 ? message : await UnpackAsync(message, cancellationToken);
    }

    private async Task<byte[]> UnpackAsync(byte[] packed, CancellationToken cancellationToken)
    {
        var encoding = GrpcStatus.Header(response.Headers, "grpc-encoding");
        if (encoding != "gzip")
            throw new RpcException(StatusCode.Internal, $"the server's answer is compressed with “{encoding ?? "nothing named"}”");
        await using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await gzip.ReadAsync(buffer, cancellationToken)) > 0; )
            {
                unpacked.Write(buffer, 0, count);
                if (unpacked.Length > maxBytes)
                    throw TooLarge(unpacked.Length);
            }
        }
        catch (InvalidDataException)
        {
            throw new RpcException(StatusCode.Internal, "the server's answer is damaged gzip");
        }
        return unpacked.ToArray();
    }

    private RpcException TooLarge(long size) =>
        new(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({size} vs. {maxBytes})");
}
