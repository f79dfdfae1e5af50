namespace Transponder.Server.Commands.Terminal;

/// <summary>How commands end, for scripts; documented in docs/tool.md.</summary>
internal static class ExitCode
{
    /// <summary>Done, and all is well.</summary>
    public const int Ok = 0;

    /// <summary>It was tried and failed, or what was looked at does not work.</summary>
    public const int Failed = 1;

    /// <summary>The arguments or the configuration are wrong.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached, or does not answer in time.</summary>
    public const int Unreachable = 3;

    /// <summary>The server does not know the caller, or the caller may not.</summary>
    public const int Denied = 4;

    /// <summary>There is no such thing.</summary>
    public const int NotFound = 5;
}
