using Flyteidl.Core;

namespace Transponder.Core.Executions;

/// <summary>Error messages in lists, which are cut: a message may be 100 kB long.</summary>
internal static class ErrorText
{
    private const int Longest = 100;

    /// <summary>Cuts the message to 100 characters, never inside one.</summary>
    public static void Cut(ExecutionError? error)
    {
        if (error is not { Message.Length: > Longest })
            return;
        var end = char.IsHighSurrogate(error.Message[Longest - 1]) ? Longest - 1 : Longest;
        error.Message = error.Message[..end];
    }

    /// <summary>The kind as filters name it, e.g. <c>USER</c>; null without an error.</summary>
    public static string? Kind(ExecutionError? error) => error?.Kind.ToString().ToUpperInvariant();
}
