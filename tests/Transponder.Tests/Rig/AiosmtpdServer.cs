using System.Text.Json;

namespace Transponder.Tests.Rig;

/// <summary>A mail as a real server took it: the bytes as they came, and the envelope.</summary>
public sealed record TakenMail(string File, string From, IReadOnlyList<string> To, bool Tls, string? User)
{
    public byte[] Bytes => System.IO.File.ReadAllBytes(File);
}

/// <summary>An aiosmtpd on loopback that keeps what it takes. It refuses recipients whose address starts with <c>gone@</c>.</summary>
public sealed class AiosmtpdServer : IAsyncDisposable
{
    private readonly TempDirectory _folder;
    private readonly ChildProcess _process;

    private AiosmtpdServer(TempDirectory folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <param name="tls">Certificate and key, as PEM files: STARTTLS is then required.</param>
    /// <param name="implicitTls">TLS from the first byte instead.</param>
    /// <param name="login">User and password: then nobody else may send.</param>
    /// <param name="mechanism">The one AUTH mechanism offered, PLAIN or LOGIN.</param>
    public static async Task<AiosmtpdServer> StartAsync(
        (string Certificate, string Key)? tls = null,
        bool implicitTls = false,
        (string User, string Password)? login = null,
        string mechanism = "PLAIN"
    )
    {
        var python = await PythonScript.RequireAsync("aiosmtpd");
        var folder = new TempDirectory();
        List<string> arguments = [Repository.TestFile("Rig/aiosmtpd_server.py"), "--folder", folder.Path, "--mechanism", mechanism];
        if (tls is { } pair)
            arguments.AddRange(["--cert", pair.Certificate, "--key", pair.Key]);
        if (implicitTls)
            arguments.Add("--implicit");
        if (login is { } who)
            arguments.AddRange(["--user", who.User, "--password", who.Password]);
        var process = ChildProcess.Start(python, arguments);
        var ready = await process.LineAsync("port ");
        return new AiosmtpdServer(folder, process, int.Parse(ready["port ".Length..], null));
    }

    /// <summary>The mails taken so far, in the order of arrival.</summary>
    public IReadOnlyList<TakenMail> Mails() => [.. Directory.GetFiles(_folder.Path, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static TakenMail Read(string path)
    {
        using var facts = JsonDocument.Parse(File.ReadAllText(path));
        var root = facts.RootElement;
        return new TakenMail(
            Path.ChangeExtension(path, ".eml"),
            root.GetProperty("from").GetString()!,
            [.. root.GetProperty("to").EnumerateArray().Select(a => a.GetString()!)],
            root.GetProperty("tls").GetBoolean(),
            root.GetProperty("user").GetString()
        );
    }
}
