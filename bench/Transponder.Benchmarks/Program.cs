using System.CommandLine;
using Transponder.Benchmarks.Chaos;
using Transponder.Benchmarks.Deliver;
using Transponder.Benchmarks.Drain;
using Transponder.Benchmarks.Egress;
using Transponder.Benchmarks.History;
using Transponder.Benchmarks.Ingest;
using Transponder.Benchmarks.OneMessage;
using Transponder.Benchmarks.Soak;
using Transponder.Benchmarks.Start;

var root = new RootCommand("Transponder's measurements: each prints a table, and the machine and date that it belongs to.")
{
    IngestCommand.Create(),
    DeliverCommand.Create(),
    LatencyCommand.Create(),
    DrainCommand.Create(),
    EgressCommand.Create(),
    HistoryCommand.Create(),
    StartCommand.Create(),
    OneMessageCommand.Create(),
    SoakCommand.Create(),
    ChaosCommand.Create(),
    EchoServer.Create(),
    MockKafkaServer.Create(),
    RawConsumer.Create(),
};
return await root.Parse(args).InvokeAsync();
