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
return await root.Parse(args).InvokeAsync();
