using System.Net.Security;

namespace Transponder.Server.Wire.Tls;

/// <summary>
/// The certificate that handshakes use now. Its files are looked at again with a handshake, at most once a second; while new ones cannot be used the
/// last good certificate stays, and the log says why.
/// </summary>
internal sealed partial class TlsCertificates
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TlsOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private TlsMaterial current;
    private TlsFiles seen;
    private long lookedAt;

    /// <summary>Reads the files; what is wrong with them is an error of the configuration, so it throws.</summary>
    public TlsCertificates(TlsOptions options, TimeProvider time, ILogger<TlsCertificates> log)
    {
        (this.options, this.time, this.log) = (options, time, log);
        if (
            !TlsFiles.TryRead(options, out var files, out var problem)
            || !TlsMaterial.TryLoad(options, files, out var material, out problem)
        )
        {
            throw new InvalidOperationException($"server.tls.{problem.Key}: {problem.Text}");
        }

        (seen, current, lookedAt) = (files, material, time.GetTimestamp());
    }

    /// <summary>What the next handshake is made with.</summary>
    public SslServerAuthenticationOptions Handshake()
    {
        if (time.GetElapsedTime(Volatile.Read(ref lookedAt)) >= LookInterval)
        {
            Look();
        }

        return Volatile.Read(ref current).Handshake;
    }

    private void Look()
    {
        // Whoever comes while another looks goes on with what there is.
        if (!gate.TryEnter())
        {
            return;
        }

        try
        {
            Volatile.Write(ref lookedAt, time.GetTimestamp());
            if (!TlsFiles.TryRead(options, out var files, out var problem))
            {
                LogUnusable(log, problem.Key, problem.Text);
                return;
            }

            if (files == seen)
            {
                return;
            }

            // A certificate is often replaced before its key: each state of the files is tried, and complained of, once.
            seen = files;
            if (TlsMaterial.TryLoad(options, files, out var material, out problem))
            {
                Volatile.Write(ref current, material);
                LogReplaced(log, material.Leaf.Subject, material.Leaf.NotAfter.ToUniversalTime());
            }
            else
            {
                LogUnusable(log, problem.Key, problem.Text);
            }
        }
        finally
        {
            gate.Exit();
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "TLS uses a new certificate: {Subject}, valid to {NotAfter:u}")]
    private static partial void LogReplaced(ILogger logger, string subject, DateTime notAfter);

    [LoggerMessage(
        EventId = 21,
        Level = LogLevel.Warning,
        Message = "TLS stays with the last good certificate. server.tls.{Key}: {Problem}"
    )]
    private static partial void LogUnusable(ILogger logger, string key, string problem);
}
