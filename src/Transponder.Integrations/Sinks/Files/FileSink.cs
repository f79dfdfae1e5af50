using System.Buffers;
using System.Buffers.Text;
using Transponder.Core.Egress;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Integrations.Sinks.Files;

/// <summary>
/// Appends one line per record to a file or to standard output: the event as CloudEvents' JSON, or a raw request as base64. The file is opened anew
/// for each call, so that whoever ships or rotates it may rename it at any time. A record is confirmed when it has been flushed.
/// </summary>
public sealed class FileSink : IEventSink
{
    private readonly FileSinkOptions options;
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Makes one; nothing is opened yet.</summary>
    /// <param name="options">Where to, and how.</param>
    public FileSink(FileSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
    }

    /// <inheritdoc />
    public string Description => IsStandardOutput ? "standard output" : $"file {options.Path}";

    /// <inheritdoc />
    public SinkLimits Limits { get; } = new() { Concurrency = 4 };

    private bool IsStandardOutput => options.Path == FileSinkOptions.StandardOutput;

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0)
            return [];
        var lines = Lines(records);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsStandardOutput)
                await PrintAsync(lines, cancellationToken).ConfigureAwait(false);
            else
                await AppendAsync(lines, cancellationToken).ConfigureAwait(false);
            var results = new PublishResult[records.Count];
            Array.Fill(results, PublishResult.Confirmed);
            return results;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PublishResult.AllFailed(records.Count, $"{Description} cannot be written: {error.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ReadOnlyMemory<byte> Lines(IReadOnlyList<EgressRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        foreach (var record in records)
        {
            if (record.Event is { } told)
                CloudEventJson.Write(buffer, told);
            else
                WriteBase64(buffer, record.Raw.Span);
            buffer.Write("\n"u8);
        }
        return buffer.WrittenMemory;
    }

    private static void WriteBase64(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        buffer.Advance(written);
    }

    private static async Task PrintAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var output = Console.OpenStandardOutput();
        await output.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task AppendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } directory)
            Directory.CreateDirectory(directory);
        Rotation.MakeRoom(options, lines.Length);
        using var file = new FileStream(options.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var start = file.Length;
        var torn = start > 0 && !EndsWithNewline(file);
        file.Seek(start, SeekOrigin.Begin);
        try
        {
            if (torn)
                file.WriteByte((byte)'\n');
            await file.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
            file.Flush(options.Fsync);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            TakeBack(file, start);
            throw;
        }
    }

    private static bool EndsWithNewline(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    /// <summary>What was half written is sent again, so it should not stay; on a full disk even this may fail, and the next call ends the torn line.</summary>
    private static void TakeBack(FileStream file, long start)
    {
        try
        {
            file.SetLength(start);
        }
        catch (IOException) { }
    }
}
