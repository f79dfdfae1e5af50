using Transponder.Integrations.Stores.Postgres;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Server.Channels;
using Transponder.Server.Configuration;
using Xunit;

namespace Transponder.Tests.Server.Configuration;

public sealed class ConfigLoaderTests
{
    private const string Whole = """
        server: { host: 127.0.0.1, httpPort: 9088, grpc: { port: 9089 } }
        database: { sqlite: { file: ./data/other.db } }
        domains: [ { id: development, name: development }, { id: prod, name: Production } ]
        projects: [ flytesnacks, ml ]
        notifications:
          type: embedded
          emailer:
            sender: flyte@example.com
            subject: 'Execution "{{ name }}" has {{ phase }} in "{{ domain }}".'
            body: 'See {{ console_url }}'
            emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1, smtpPort: "1025" }
        channels:
          audit: { type: webhook, url: http://127.0.0.1:9001/hook, title: 'T {{ name }}' }
        recipients:
          oncall@example.com: [ audit, lead@example.com ]
        outbound: { allow: [ 127.0.0.0/8 ] }
        executions: { abortGrace: 10s }
        """;

    [Fact]
    public void Load_WholeConfiguration_ReadsEveryKey()
    {
        var result = ConfigLoader.Parse("c.yaml", Whole);

        Assert.Empty(result.Problems);
        var options = result.Options;
        Assert.Equal(9088, options.Wire.HttpPort);
        Assert.Equal(9089, options.Wire.GrpcPort);
        Assert.Equal("./data/other.db", Assert.IsType<SqliteOptions>(options.Store).File);
        Assert.Equal(["development", "prod"], options.Domains.Select(domain => domain.Id));
        Assert.Equal("Production", options.Domains[1].Name);
        Assert.Equal(["flytesnacks", "ml"], options.Projects);
        Assert.True(options.Notifications.Enabled);
        Assert.Equal(1025, Assert.IsType<SmtpChannelOptions>(options.Notifications.Mail).Smtp.Port);
        Assert.Equal("T {{ name }}", options.Channels["audit"].Title);
        Assert.Equal(["audit", "lead@example.com"], options.Recipients["oncall@example.com"]);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Ingestion.AbortGrace);
        Assert.Single(options.Outbound.Allow);
    }

    [Fact]
    public void Load_NoFiles_IsAllDefaults()
    {
        var result = ConfigLoader.Load([]);

        Assert.Empty(result.Problems);
        Assert.Equal(8088, result.Options.Wire.HttpPort);
        Assert.Equal(8089, result.Options.Wire.GrpcPort);
        Assert.Equal("./data/transponder.db", Assert.IsType<SqliteOptions>(result.Options.Store).File);
        Assert.False(result.Options.Notifications.Enabled);
        Assert.Equal(3, result.Options.Domains.Count);
    }

    [Fact]
    public void Load_TenMistakes_NamesEachWithLineAndKey()
    {
        var result = ConfigLoader.Parse("ten.yaml", TenMistakes.Yaml);

        Assert.All(result.Problems, problem => Assert.True(problem.IsError, problem.Text));
        var errors = result.Problems;
        Assert.Equal(TenMistakes.Places, errors.Select(problem => (problem.Line, problem.Key)));
        Assert.All(errors, problem => Assert.Equal("ten.yaml", problem.File));
        Assert.All(errors, problem => Assert.NotEmpty(problem.Text));
        Assert.False(result.IsValid());
    }

    [Theory]
    [InlineData("HTTPPORT: 9000")]
    [InlineData("httpport: \"9000\"")]
    public void Load_KeysAndNumbers_AreReadAsFlyteReadsThem(string line) =>
        Assert.Equal(9000, ConfigLoader.Parse("c.yaml", $"SERVER: {{ {line} }}").Options.Wire.HttpPort);

    [Fact]
    public void Load_ScalarForList_IsSplitAtCommas() =>
        Assert.Equal(["a", "b"], ConfigLoader.Parse("c.yaml", "projects: a, b").Options.Projects);

    [Fact]
    public void Load_FlytesPostgresBlock_IsRead()
    {
        var options = ConfigLoader
            .Parse(
                "c.yaml",
                "database: { postgres: { host: db, port: 5433, dbname: flyte, username: u, password: p, options: sslmode=disable } }"
            )
            .Options;

        var postgres = Assert.IsType<PostgresOptions>(options.Store);
        Assert.Equal(
            ("db", 5433, "flyte", "u", "sslmode=disable"),
            (postgres.Host, postgres.Port, postgres.DbName, postgres.Username, postgres.Options)
        );
        Assert.True(postgres.Password!.TryResolve(out var password, out _));
        Assert.Equal("p", password);
    }

    [Fact]
    public void Load_OpenHostWithoutInsecure_IsAnErrorThatSaysWhy()
    {
        var problem = Assert.Single(ConfigLoader.Parse("c.yaml", "server: { host: 0.0.0.0 }").Problems);

        Assert.True(problem.IsError);
        Assert.Equal("server.host", problem.Key);
        Assert.Contains("no authentication", problem.Text, StringComparison.Ordinal);
        Assert.Contains("server.insecure: true", problem.Text, StringComparison.Ordinal);
        Assert.Empty(ConfigLoader.Parse("c.yaml", "server: { host: 0.0.0.0, insecure: true }").Problems);
    }

    [Theory]
    [InlineData("aws")]
    [InlineData("gcp")]
    [InlineData("AWS")]
    [InlineData("emebdded")]
    public void Load_TypeThatIsNotBuilt_IsAnError(string type)
    {
        var result = ConfigLoader.Parse("c.yaml", $"notifications:\n  type: {type}\n");

        var problem = Assert.Single(result.Problems, problem => problem.IsError);
        Assert.Equal((2, "notifications.type"), (problem.Line, problem.Key));
        Assert.Contains($"\"{type}\"", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  type: local\n")]
    public void Load_NoTypeOrLocal_SwitchesNotificationsOff(string type) =>
        Assert.False(ConfigLoader.Parse("c.yaml", $"notifications:\n{type}  strictAddresses: true\n").Options.Notifications.Enabled);

    [Fact]
    public void Load_UnknownKey_WarnsWithASuggestion()
    {
        var result = ConfigLoader.Parse("c.yaml", "server:\n  htppPort: 1\n");

        var problem = Assert.Single(result.Problems);
        Assert.False(problem.IsError);
        Assert.Equal((2, "server.htppPort"), (problem.Line, problem.Key));
        Assert.Contains("did you mean \"httpPort\"", problem.Text, StringComparison.Ordinal);
        Assert.True(result.IsValid());
        Assert.False(result.IsValid(strict: true));
    }

    [Fact]
    public void Load_UnknownTokenInPlatformTemplate_WarnsAndStays()
    {
        var result = ConfigLoader.Parse("c.yaml", "notifications:\n  emailer:\n    subject: 'x {{ nmae }}'\n");

        var problem = Assert.Single(result.Problems);
        Assert.False(problem.IsError);
        Assert.Equal((3, "notifications.emailer.subject"), (problem.Line, problem.Key));
        Assert.Equal("x {{ nmae }}", result.Options.Notifications.Subject);
    }

    [Fact]
    public void Load_SendGridByFlytesKeys_IsTheMailService()
    {
        var result = ConfigLoader.Parse("c.yaml", SendGrid("flyte@example.com", "apiKeyFilePath: /dev/null, apiKeyEnvVar: PATH"));

        Assert.Empty(result.Problems);
        var mail = Assert.IsType<SendGridChannelOptions>(result.Options.Notifications.Mail);
        Assert.Equal("Flyte Notifications <flyte@example.com>", mail.SendGrid.From);
        Assert.Equal("environment variable PATH", mail.SendGrid.ApiKey.Place);
        Assert.Equal("sendgrid api.sendgrid.com", mail.Summary);
    }

    [Theory]
    [InlineData("nobody", "apiKeyEnvVar: PATH", "notifications.emailer.sender", true)]
    [InlineData("a@example.com", "smtpPort: 25", "notifications.emailer.emailServerConfig.apiKeyEnvVar", true)]
    [InlineData("a@example.com", "apiKeyFilePath: /absent", "notifications.emailer.emailServerConfig.apiKeyFilePath", false)]
    [InlineData("a@example.com", "apiKeyEnvVar: ABSENT_HERE", "notifications.emailer.emailServerConfig.apiKeyEnvVar", false)]
    public void Load_SendGridMistake_IsNamedByFlytesKey(string sender, string keys, string key, bool isError)
    {
        var problem = Assert.Single(ConfigLoader.Parse("c.yaml", SendGrid(sender, keys)).Problems);

        Assert.Equal((key, isError), (problem.Key, problem.IsError));
    }

    [Theory]
    [InlineData("region: eu-west-1", true)]
    [InlineData("aws: { region: eu-west-1, configurationSet: flyte }", true)]
    [InlineData("aws: { configurationSet: flyte }", false)]
    public void Load_Ses_IsTheMailService(string keys, bool isFine)
    {
        var result = ConfigLoader.Parse(
            "c.yaml",
            $"notifications: {{ type: embedded, {keys}, emailer: {{ sender: a@example.com, emailServerConfig: {{ serviceName: ses }} }} }}\n"
        );

        Assert.Equal(isFine ? [] : ["notifications.aws.region"], result.Problems.Select(problem => problem.Key));
        Assert.Equal(isFine ? "ses eu-west-1" : null, result.Options.Notifications.Mail?.Summary);
    }

    [Fact]
    public void Load_FlytesTypeAws_MeansSesAndSaysWhatIsMissing()
    {
        var result = ConfigLoader.Parse("c.yaml", "notifications: { type: aws, region: us-east-1, emailer: { sender: a@example.com } }\n");

        Assert.Equal("notifications.type", Assert.Single(result.Problems).Key);
        Assert.Equal("ses us-east-1", result.Options.Notifications.Mail?.Summary);
    }

    [Fact]
    public void Load_BrokenYaml_NamesTheLine()
    {
        var problem = Assert.Single(ConfigLoader.Parse("c.yaml", "server:\n  host: [1\nx: 1\n").Problems);

        Assert.True(problem.IsError);
        Assert.True(problem.Line >= 2);
    }

    [Fact]
    public void Load_SeveralFiles_LaterOnesWin()
    {
        using var directory = new Rig.TempDirectory();
        var first = Path.Combine(directory.Path, "1.yaml");
        var second = Path.Combine(directory.Path, "2.yaml");
        File.WriteAllText(first, "server: { httpPort: 1000, grpc: { port: 1001 } }\nprojects: [ a ]\n");
        File.WriteAllText(second, "SERVER: { httpPort: 2000 }\nprojects: [ b ]\n");

        var result = ConfigLoader.Load([first, second]);

        Assert.Empty(result.Problems);
        Assert.Equal((2000, 1001), (result.Options.Wire.HttpPort, result.Options.Wire.GrpcPort));
        Assert.Equal(["b"], result.Options.Projects);
    }

    [Fact]
    public void Load_FileThatDoesNotExist_IsAnError() =>
        Assert.Contains("no such file", Assert.Single(ConfigLoader.Load(["/nowhere/x.yaml"]).Problems).Text, StringComparison.Ordinal);

    [Fact]
    public void Load_SecretInPlainText_IsRefusedAndNotRepeated()
    {
        var result = ConfigLoader.Parse(
            "c.yaml",
            "outbound: { allow: [ 127.0.0.0/8 ] }\nchannels:\n  a: { type: webhook, url: http://127.0.0.1/, signingSecret: hunter2hunter2 }\n"
        );

        var problem = Assert.Single(result.Problems);
        Assert.Equal((3, "channels.a.signingSecret"), (problem.Line, problem.Key));
        Assert.DoesNotContain("hunter2", problem.ToString(), StringComparison.Ordinal);
    }

    private static string SendGrid(string sender, string keys) =>
        $"notifications: {{ type: embedded, emailer: {{ sender: '{sender}', emailServerConfig: {{ serviceName: sendgrid, {keys} }} }} }}\n";
}
