using Flyteidl.Core;
using Google.Protobuf.Collections;
using Transponder.Client;
using Transponder.Server.Commands.Play;
using Transponder.V1;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Demo;

/// <summary>
/// Plays the demo's executions against a running server and shows what arrives. Ends well only if every delivery that the launch plan asks for
/// was recorded as delivered and lies in the mailbox or at the webhook.
/// </summary>
internal sealed class DemoRun(TransponderClient client, DemoMailbox mailbox, DemoWebhook webhook, DemoScreen screen, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly DemoCatalog catalog = new(client.Admin);
    private int calls;
    private int deliveries;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        screen.Title("Registering, as flytekit does");
        await catalog.RegisterAsync(screen.Fact, cancellationToken);
        screen.Fact("asks for", $"mail to {DemoCatalog.Team} at every end");
        screen.Fact("", $"a notice to {DemoCatalog.OnCall} if it fails or is aborted:");
        screen.Fact("", $"by configuration, webhook audit and {DemoCatalog.Lead}");

        await PlayAsync("nightly-1", ScriptOutcome.Succeeded, expected: 1, cancellationToken);
        await PlayAsync("nightly-2", ScriptOutcome.Failed, expected: 3, cancellationToken);
        await PlayAsync("nightly-3", ScriptOutcome.Aborted, expected: 3, cancellationToken);

        screen.Title("Done");
        screen.Line(
            $"  3 executions, {this.calls} calls and events, {this.deliveries} deliveries in {time.GetElapsedTime(begin).TotalSeconds:0.0} s:"
        );
        screen.Line($"  {mailbox.Mails.Count} mails and {webhook.Calls.Count} webhook calls, each one recorded and received.");
    }

    /// <summary>Shows what else arrives, until told to stop.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var (mails, calls) = (mailbox.Mails.Count, webhook.Calls.Count);
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var mail in mailbox.Mails.Skip(mails))
            {
                screen.Mail(mail);
                mails++;
            }
            foreach (var call in webhook.Calls.Skip(calls))
            {
                screen.Call(call);
                calls++;
            }
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PlayAsync(string name, ScriptOutcome outcome, int expected, CancellationToken cancellationToken)
    {
        screen.Title($"{name} {Told(outcome)}");
        var id = await catalog.StartAsync(name, cancellationToken);
        foreach (var step in new ExecutionScript(id, DemoCatalog.Nodes, time).Steps(outcome))
        {
            await step.SendAsync(client.Admin, cancellationToken);
            screen.Step(step.Subject, step.Phase);
            this.calls++;
        }
        await CheckPhaseAsync(id, outcome, cancellationToken);
        await ShowDeliveriesAsync(name, expected, cancellationToken);
    }

    private async Task CheckPhaseAsync(WorkflowExecutionIdentifier id, ScriptOutcome outcome, CancellationToken cancellationToken)
    {
        var phase = (await client.Admin.GetExecutionAsync(new() { Id = id }, cancellationToken)).Closure.Phase;
        var wanted = Enum.Parse<WorkflowPhase>(outcome.ToString());
        if (phase != wanted)
            throw new DemoFailure($"Execution {id.Name} is {phase}, and should be {wanted}.");
    }

    private async Task ShowDeliveriesAsync(string name, int expected, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var shown = new HashSet<string>();
        while (true)
        {
            var request = new ListDeliveriesRequest
            {
                Project = DemoCatalog.Project,
                Domain = DemoCatalog.Domain,
                Name = name,
            };
            var deliveries = (await client.Deliveries.ListDeliveriesAsync(request, cancellationToken)).Deliveries;
            foreach (var delivery in deliveries.Reverse().Where(d => d.State == Delivery.Types.State.Delivered && shown.Add(d.Id)))
                Show(delivery);
            if (shown.Count == expected && deliveries.Count == expected)
                break;
            if (deliveries.Count > expected || time.GetElapsedTime(begin) > Patience)
                throw new DemoFailure(Shortfall(name, expected, deliveries));
            await Task.Delay(Pause, time, cancellationToken);
        }
        this.deliveries += expected;
    }

    private void Show(Delivery delivery)
    {
        screen.Delivered(delivery);
        if (mailbox.Mails.FirstOrDefault(mail => mail.Header("Message-ID").Contains(delivery.Id, StringComparison.Ordinal)) is { } mail)
            screen.Mail(mail);
        else if (webhook.Calls.FirstOrDefault(call => call.Id == delivery.Id) is { } call)
            screen.Call(call.Genuine ? call : throw new DemoFailure($"The signature of webhook call {call.Id} is wrong."));
        else
            throw new DemoFailure($"Delivery {delivery.Id} is recorded as delivered, but neither the mailbox nor the webhook has it.");
    }

    private static string Shortfall(string name, int expected, RepeatedField<Delivery> deliveries)
    {
        var states = deliveries.Select(d =>
            $"{(d.Target.Length > 0 ? d.Target : d.Channel)}: {d.State} {d.Reason} {d.Attempts.LastOrDefault()?.Detail}".TrimEnd()
        );
        return $"Execution {name} should have {expected} deliveries that arrived; it has {deliveries.Count}: {string.Join("; ", states)}";
    }

    private static string Told(ScriptOutcome outcome) =>
        outcome switch
        {
            ScriptOutcome.Succeeded => "succeeds",
            ScriptOutcome.Failed => "fails",
            _ => "is aborted by a user",
        };
}
