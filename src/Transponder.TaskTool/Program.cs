using Transponder.TaskTool.Commands;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
