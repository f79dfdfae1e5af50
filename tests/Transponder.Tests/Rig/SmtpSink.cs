using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>Postfix's smtp-sink on loopback: it takes mail and throws it away, or fails as its options say.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private SmtpSink(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <param name="options">As on the command line, e.g. <c>-q DATA</c> to hang up at DATA.</param>
    public static async Task<SmtpSink> StartAsync(params string[] options)
    {
        var port = FreePort.Next();
        var program = Executable.Require("smtp-sink", "postfix");
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var process = ChildProcess.Start(program, [.. user, .. options, $"127.0.0.1:{port}", "100"], workingDirectory: "/");
        await Eventually.TrueAsync(() => Listens(port) || process.HasExited, "smtp-sink to listen");
        Assert.False(process.HasExited, $"smtp-sink does not run: {process.Output}");
        return new SmtpSink(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static bool Listens(int port) =>
        System
            .Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
            .GetActiveTcpListeners()
            .Any(endpoint => endpoint.Port == port);
}
