using System.CommandLine;
using Transponder.Server.Commands;

// The library would end the process two seconds after SIGTERM; the server has a grace of its own for what is under way.
return await CommandLine.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
