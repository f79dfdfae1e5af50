using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Timing;

// The webhook's URL is the secret "url" of the group "hook": _FSEC_HOOK_URL or /etc/secrets/hook/url. Arguments are ranges to open besides
// global addresses, e.g. 10.0.0.0/8 for a receiver in the cluster.
var pod = TaskContext.FromPod();
using var http = new OutboundHttp(new OutboundOptions { Policy = OutboundPolicy.Parse(args, out _) });
await using var hook = new WebhookNotifier(new WebhookOptions { Url = pod.Secret("hook", "url") }, http);

var executor = new NotifierExecutor(
    hook,
    new ExecutorOptions { StopOnSignals = true },
    pod,
    When.Started(),
    When.Progress(0.5),
    When.Ended()
);

var sum = await executor.RunAsync(
    async (job, stop) =>
    {
        var sum = 0;
        for (var step = 1; step <= 10; step++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
            sum += step;
            job.Report(step / 10.0, $"{step} of 10 numbers");
        }
        return sum;
    }
);

await hook.NotifyAsync(
    pod.Compose("The sum is known", $"All **10** numbers are in, the sum is `{sum}`.") with
    {
        Format = BodyFormat.Markup,
        Fields = [new("Numbers", "10"), new("Sum", $"{sum}")],
        Links = [new("Why", "https://en.wikipedia.org/wiki/Triangular_number")],
    },
    pod
);

Console.WriteLine($"The sum is {sum}; {executor.Delivered} messages were delivered, {executor.Undelivered} were not.");
