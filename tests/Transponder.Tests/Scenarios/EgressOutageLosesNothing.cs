using Transponder.Integrations.Sinks.Kafka;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>
/// The other side of a sink goes away under load, and the server is killed meanwhile: every acknowledged event arrives, in order for each execution,
/// and a repetition has the id of the first. The measurement of docs/benchmarks.md, shorter.
/// </summary>
[Trait("needs", "servers")]
public sealed class EgressOutageLosesNothing(ITestOutputHelper output)
{
    [Theory]
    [InlineData("kafka", "sqlite")]
    [InlineData("kafka", "postgres")]
    [InlineData("http", "sqlite")]
    public async Task Server_KilledWhileTheSinkIsDown_LosesNothing(string sink, string store)
    {
        if (store == "postgres")
            await using (await PostgresServer.StartAsync(fsync: false)) { }
        if (sink == "kafka")
        {
            Assert.SkipWhen(KafkaLibrary.Problem is not null, $"librdkafka is missing: {KafkaLibrary.Problem}");
            Executable.Require("kcat", "kcat");
        }

        await using var bench = Bench.Start("egress", "outage", "--seconds", "3", "--sink", sink, "--stores", store);

        var code = await bench.ExitAsync(TimeSpan.FromMinutes(6));

        output.WriteLine(bench.Output);
        Assert.True(code == 0, bench.Output);
    }
}
