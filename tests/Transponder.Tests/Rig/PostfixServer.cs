using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>
/// A Postfix of its own in a temporary directory, on a loopback port, that takes mail for <c>example.com</c> into one Maildir. It refuses
/// <c>gone@example.com</c> for good, <c>grey@example.com</c> for now, and every other domain.
/// </summary>
public sealed class PostfixServer : IAsyncDisposable
{
    private readonly TempDirectory _folder;
    private readonly ChildProcess _process;

    private PostfixServer(TempDirectory folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>What Postfix has logged so far.</summary>
    public string Log => _process.Output;

    private string Inbox => Path.Combine(_folder.Path, "mail", "all", "new");

    /// <param name="tls">Certificate and key, as PEM files: STARTTLS is then offered.</param>
    public static async Task<PostfixServer> StartAsync((string Certificate, string Key)? tls = null)
    {
        var postfix = Executable.Require("postfix", "postfix");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "postfix starts only as root");
        var folder = new TempDirectory();
        foreach (var name in (string[])["spool", "mail", "data"])
            Directory.CreateDirectory(folder.File(name));
        await RunAsync("chmod", "755", folder.Path);
        await RunAsync("chown", "postfix", folder.File("data"));
        await RunAsync("chown", "nobody", folder.File("mail"));

        var port = FreePort.Next();
        folder.Write("etc/main.cf", MainConfig(folder, tls));
        folder.Write("etc/master.cf", ServicesConfig(port));
        var server = new PostfixServer(folder, ChildProcess.Start(postfix, ["-c", folder.File("etc"), "start-fg"]), port);
        try
        {
            await server._process.LineAsync("daemon started", TimeSpan.FromMinutes(2));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The files of the mails delivered so far, in the order of delivery.</summary>
    public IReadOnlyList<string> Mails() =>
        Directory.Exists(Inbox)
            ? [.. Directory.GetFiles(Inbox).OrderBy(File.GetLastWriteTimeUtc).ThenBy(f => f, StringComparer.Ordinal)]
            : [];

    public async ValueTask DisposeAsync()
    {
        // The program that was started is only the parent of Postfix's master, which has to be asked itself.
        await ScriptResult.OfAsync(Executable.Require("postfix", "postfix"), ["-c", _folder.File("etc"), "stop"], null, null);
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task RunAsync(string program, params string[] arguments) =>
        (await ScriptResult.OfAsync(Executable.Require(program, "coreutils"), arguments, null, null)).Succeeded();

    private static string MainConfig(TempDirectory folder, (string Certificate, string Key)? tls)
    {
        var chain = tls is { } pair
            ? $"smtpd_tls_chain_files = {pair.Key}, {pair.Certificate}\nsmtpd_tls_security_level = may\n"
            : "smtpd_tls_security_level = none\n";
        return $$"""
            compatibility_level = 3.6
            queue_directory = {{folder.File("spool")}}
            data_directory = {{folder.File("data")}}
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = /dev/stdout
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = postfix.test
            mydestination =
            mynetworks =
            alias_maps =
            local_recipient_maps =
            virtual_mailbox_domains = example.com
            virtual_mailbox_base = {{folder.File("mail")}}
            virtual_mailbox_maps = static:all/
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            virtual_minimum_uid = 1
            smtpd_peername_lookup = no
            smtpd_relay_restrictions = reject_unauth_destination
            smtpd_recipient_restrictions =
                check_recipient_access inline:{ {gone@example.com = 550 5.1.1 no such user}, {grey@example.com = 450 4.2.0 come back later} }
            message_size_limit = 1000000
            smtputf8_enable = yes
            {{chain}}
            """;
    }

    private static string ServicesConfig(int port) =>
        $"""
            127.0.0.1:{port} inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            error unix - - n - - error
            retry unix - - n - - error
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd

            """;
}
