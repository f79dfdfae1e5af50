using System.IO.Pipelines;
using Transponder.Protocol;

namespace Transponder.Server.Wire;

/// <summary>Reads of a request's body; a caller that breaks off is a cancelled call, never a failure of the server.</summary>
internal static class RequestStream
{
    public static async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new RpcException(StatusCode.Cancelled, "the caller broke its request off");
        }
    }
}
