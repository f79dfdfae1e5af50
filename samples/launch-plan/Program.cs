using Transponder.Client;
using Transponder.Client.Executions;
using Transponder.Client.LaunchPlans;
using Transponder.Client.Values;
using static Transponder.Client.Executions.ExecutionPhase;

if (args is not [var server, var project, var domain, var name, var address])
{
    Console.Error.WriteLine("usage: launch-plan http://HOST:8089 PROJECT DOMAIN WORKFLOW ADDRESS");
    return 2;
}

using var flyte = new TransponderClient(new Uri(server));
var workflow = await WorkflowReference.FetchAsync(flyte.Admin, project, domain, name);

// Sends mail when an execution of it succeeds or fails.
var plan = LaunchPlan.Create(
    "my_notifying_lp",
    workflow,
    defaultInputs: new() { ["a"] = 4 },
    notifications: [new EmailNotification([Succeeded, Failed], [address])]
);

try
{
    var registered = await plan.RegisterAsync(flyte.Admin);
    await registered.ActivateAsync();
    var execution = await registered.ExecuteAsync(new() { ["a"] = 5 });
    Console.WriteLine($"started {execution.Id.Name}");

    await foreach (var progress in execution.WatchAsync(new WaitOptions { Timeout = TimeSpan.FromHours(1) }))
        Console.WriteLine(progress.Phase);

    var result = await execution.ResultAsync();
    Console.WriteLine(result.Succeeded ? $"o0 is {result.Outputs.Get<int>("o0")}" : $"{result.Error?.Message ?? result.AbortCause}");
    return result.Succeeded ? 0 : 1;
}
catch (InvalidInputsException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
