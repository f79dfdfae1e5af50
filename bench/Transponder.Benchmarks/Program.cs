using System.CommandLine;
using Transponder.Benchmarks.Chaos;
using Transponder.Benchmarks.Deliver;
using Transponder.Benchmarks.Ingest;

var root = new RootCommand("Transponder's measurements: each prints a table, and the machine and date that it belongs to.")
{
    IngestCommand.Create(),
    DeliverCommand.Create(),
    LatencyCommand.Create(),
    ChaosCommand.Create(),
    EchoServer.Create(),
};
return await root.Parse(args).InvokeAsync();
