using Transponder.Server.Wire.Tls;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>server.tls</c>, or Flyte's <c>server.security.secure</c> with <c>ssl.certificateFile</c> and <c>ssl.keyFile</c>.</summary>
internal static class TlsSection
{
    public static TlsOptions? Read(ConfigSection server)
    {
        var flyte = server.Section("security");
        var ssl = flyte.Section("ssl");
        var secure = flyte.Flag("secure", false);
        var (certificateFile, keyFile) = (ssl.Text("certificateFile"), ssl.Text("keyFile"));
        if (server.Has("tls"))
        {
            var tls = server.Section("tls");
            var certificate = tls.Required("certificate", "a PEM file with the server's certificate");
            return Check(
                new TlsOptions
                {
                    CertificateFile = certificate,
                    KeyFile = tls.Text("key", certificate),
                    KeyPassword = tls.Secret("keyPassword"),
                    ClientCaFile = tls.Text("clientCa"),
                },
                (problem, isError) => Report(tls, problem, isError)
            );
        }

        if (!secure)
            return null;
        if (string.IsNullOrEmpty(certificateFile))
        {
            ssl.Required("certificateFile", "server.security.secure is true, so a PEM file with the server's certificate is needed");
            return null;
        }

        return Check(
            new TlsOptions { CertificateFile = certificateFile, KeyFile = keyFile ?? certificateFile },
            (problem, isError) => Report(ssl, problem with { Key = problem.Key == "certificate" ? "certificateFile" : "keyFile" }, isError)
        );
    }

    private static TlsOptions? Check(TlsOptions options, Action<TlsProblem, bool> report)
    {
        if (options.CertificateFile.Length == 0)
            return null;
        if (!TlsMaterial.TryLoad(options, out var material, out var problem))
        {
            report(problem, true);
            return options;
        }

        var now = TimeProvider.System.GetUtcNow();
        var (from, to) = (material.Leaf.NotBefore.ToUniversalTime(), material.Leaf.NotAfter.ToUniversalTime());
        if (to < now)
            report(new TlsProblem("certificate", $"the certificate in {options.CertificateFile} expired at {to:u}"), false);
        else if (from > now)
            report(new TlsProblem("certificate", $"the certificate in {options.CertificateFile} is not valid before {from:u}"), false);
        return options;
    }

    private static void Report(ConfigSection section, TlsProblem problem, bool isError)
    {
        if (isError)
            section.Error(problem.Key, problem.Text);
        else
            section.Warn(problem.Key, problem.Text);
    }
}
