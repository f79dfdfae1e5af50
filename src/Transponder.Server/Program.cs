using System.CommandLine;
using Transponder.Server.Commands;

var root = new RootCommand("Transponder: a workflow platform's voice.")
{
    ServeCommand.Create(),
    CheckConfigCommand.Create(),
    MigrateCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
