using System.Runtime.InteropServices;

namespace Transponder.Notifiers.Timing;

/// <summary>Turns the first SIGTERM or SIGINT into a cancellation; the second does what it always did.</summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;
    private int seen;

    public TerminationSignals(Action cancel) =>
        registrations = [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT }.Select(signal =>
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        if (Interlocked.Exchange(ref seen, 1) == 1)
                            return;
                        context.Cancel = true;
                        cancel();
                    }
                )
            ),
        ];

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }
}
