using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>
/// Retries, map tasks, failures, aborts, and nodes that enter phases again, through a sink, over kills: a consumer that drops what has a source
/// and id that it knows ends with exactly the log's events. The measurement of docs/benchmarks.md, shorter.
/// </summary>
[Trait("needs", "servers")]
public sealed class ConsumersDedupeBySourceAndId(ITestOutputHelper output)
{
    [Fact]
    public async Task WhatIsLeft_IsTheLog()
    {
        await using var bench = Bench.Start("egress", "dedupe", "--executions", "200", "--kills", "2");

        var code = await bench.ExitAsync(TimeSpan.FromMinutes(6));

        output.WriteLine(bench.Output);
        Assert.True(code == 0, bench.Output);
    }
}
