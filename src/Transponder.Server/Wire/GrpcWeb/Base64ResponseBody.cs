using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Transponder.Server.Wire.GrpcWeb;

/// <summary>A response's body in base64: what is flushed together is encoded, and padded, together.</summary>
internal sealed class Base64ResponseBody(IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
{
    private readonly EncodingWriter writer = new(inner.Writer);

    public Stream Stream => writer.AsStream();

    public PipeWriter Writer => writer;

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A call answers with messages, never with files.");

    public Task CompleteAsync() => inner.CompleteAsync();

    private sealed class EncodingWriter(PipeWriter destination) : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> pending = new();

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => pending.WrittenCount;

        public override void Advance(int bytes) => pending.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => pending.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => pending.GetSpan(sizeHint);

        public override void CancelPendingFlush() => destination.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            Encode();
            destination.Complete(exception);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Encode();
            return destination.FlushAsync(cancellationToken);
        }

        private void Encode()
        {
            if (pending.WrittenCount == 0)
            {
                return;
            }

            var span = destination.GetSpan(Base64.GetMaxEncodedToUtf8Length(pending.WrittenCount));
            Base64.EncodeToUtf8(pending.WrittenSpan, span, out _, out var written);
            destination.Advance(written);
            pending.ResetWrittenCount();
        }
    }
}
