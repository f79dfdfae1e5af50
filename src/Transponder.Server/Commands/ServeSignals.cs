using System.Runtime.InteropServices;

namespace Transponder.Server.Commands;

/// <summary>What the signals mean to a running server: SIGHUP reloads; the first SIGTERM or SIGINT stops it, the second ends it at once.</summary>
internal sealed class ServeSignals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;
    private int stops;

    public ServeSignals() =>
        registrations = [
            PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                signal =>
                {
                    signal.Cancel = true;
                    Reload?.Invoke();
                }
            ),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, 2)),
        ];

    /// <summary>What SIGHUP calls.</summary>
    public Action? Reload { get; set; }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    // The stop itself is the host's affair, which hears the signal too.
    private void Stop(PosixSignalContext signal, int number)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref stops) > 1)
            Environment.Exit(128 + number);
    }
}
