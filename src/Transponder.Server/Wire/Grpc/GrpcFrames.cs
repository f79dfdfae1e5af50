using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;
using Transponder.Protocol;

namespace Transponder.Server.Wire.Grpc;

/// <summary>gRPC's length-prefixed messages on a stream.</summary>
internal static class GrpcFrames
{
    private const int HeaderLength = 5;

    // Above this the message goes out in the pipe's own blocks rather than through one large rented buffer.
    private const int OneSpanLimit = 64 * 1024;

    /// <summary>The next message's bytes, decompressed and in one array; null at the end of the stream.</summary>
    public static async ValueTask<byte[]?> ReadAsync(PipeReader reader, bool gzip, int cap, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await RequestStream.ReadAsync(reader, cancellation).ConfigureAwait(false);

            var buffer = result.Buffer;
            if (TryTake(buffer, gzip, cap, out var message, out var length))
            {
                reader.AdvanceTo(buffer.GetPosition(length));
                return message;
            }

            if (result.IsCompleted)
            {
                reader.AdvanceTo(buffer.End);
                return buffer.IsEmpty ? null : throw new RpcException(StatusCode.Internal, "the stream ended in the middle of a message");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public static void Write(PipeWriter writer, IMessage message)
    {
        var size = message.CalculateSize();
        if (size <= OneSpanLimit)
        {
            var span = writer.GetSpan(HeaderLength + size);
            WriteHeader(span, size);
            message.WriteTo(span.Slice(HeaderLength, size));
            writer.Advance(HeaderLength + size);
            return;
        }

        WriteHeader(writer.GetSpan(HeaderLength), size);
        writer.Advance(HeaderLength);
        message.WriteTo(writer);
    }

    private static void WriteHeader(Span<byte> span, int size)
    {
        span[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], size);
    }

    private static bool TryTake(ReadOnlySequence<byte> buffer, bool gzip, int cap, out byte[] message, out long length)
    {
        message = [];
        length = 0;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        var size = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (size > cap)
        {
            throw RpcFailures.TooLarge(size, cap);
        }

        length = HeaderLength + size;
        if (buffer.Length < length)
        {
            return false;
        }

        var payload = buffer.Slice(HeaderLength, size);
        message = header[0] switch
        {
            0 => payload.ToArray(),
            1 when gzip => Decompress(payload.ToArray(), cap),
            1 => throw new RpcException(StatusCode.Internal, "a compressed message came without grpc-encoding"),
            _ => throw new RpcException(StatusCode.Internal, "the message's prefix is not gRPC's"),
        };
        return true;
    }

    private static byte[] Decompress(byte[] payload, int cap)
    {
        using var gzip = new GZipStream(new MemoryStream(payload, writable: false), CompressionMode.Decompress);
        using var plain = new MemoryStream(Math.Min(cap, payload.Length * 4));
        var block = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = gzip.Read(block)) > 0)
            {
                if (plain.Length + read > cap)
                {
                    throw RpcFailures.TooLarge(plain.Length + read, cap);
                }

                plain.Write(block, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw new RpcException(StatusCode.Internal, "the compressed message is not valid gzip");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return plain.ToArray();
    }
}
