using System.CommandLine;
using Transponder.Server.Commands;
using Transponder.Server.Commands.Demo;

var root = new RootCommand("Transponder: a workflow platform's voice.")
{
    ServeCommand.Create(),
    CheckConfigCommand.Create(),
    MigrateCommand.Create(),
    DemoCommand.Create(),
};

// The library would end the process two seconds after SIGTERM; the server has a grace of its own for what is under way.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
