using Transponder.Protocol;

namespace Transponder.Server.Commands.Terminal;

/// <summary>What a server's refusal means to the person at the terminal: one line with what to do, and the exit code.</summary>
internal static class Failures
{
    public static (string Text, int ExitCode) Tell(RpcException failure, Uri server) =>
        failure.Code switch
        {
            StatusCode.Unavailable when failure.Message.StartsWith("cannot reach", StringComparison.Ordinal) => (
                $"{failure.Message}. Is the server running? Name it with --server or TRANSPONDER_SERVER (its gRPC port, 8089 by default)",
                ExitCode.Unreachable
            ),
            StatusCode.Unavailable => ($"{server} cannot do it now: {failure.Message}", ExitCode.Unreachable),
            StatusCode.DeadlineExceeded => ($"{server} does not answer: {failure.Message}", ExitCode.Unreachable),
            StatusCode.Unauthenticated => (
                $"{server} does not know you: {failure.Message}. Give a token with --token-file or TRANSPONDER_TOKEN",
                ExitCode.Denied
            ),
            StatusCode.PermissionDenied => ($"not permitted: {failure.Message}", ExitCode.Denied),
            StatusCode.NotFound => (failure.Message, ExitCode.NotFound),
            StatusCode.InvalidArgument => (failure.Message, ExitCode.Usage),
            StatusCode.Unimplemented => (
                $"{server} does not offer this: {failure.Message}. It is another version, another product, or its HTTP port",
                ExitCode.Failed
            ),
            _ => ($"{failure.Code}: {failure.Message}", ExitCode.Failed),
        };
}
