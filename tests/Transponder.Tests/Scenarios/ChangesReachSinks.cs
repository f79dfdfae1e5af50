using System.Text.Json;
using Flyteidl.Admin;
using Transponder.Client;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>Who asks for more than Flyte's events gets them: each change once, what belongs to an execution in its order.</summary>
[Trait("needs", "servers")]
public sealed class ChangesReachSinks(PostgresCluster cluster)
{
    private const string Kinds = "all, execution-created, execution-aborted, launch-plan, workflow-registered, project, notification";

    [Fact]
    public Task OverSqlite() => RunAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await RunAsync(await cluster.CreateDatabaseAsync());

    private static async Task RunAsync(string? postgres)
    {
        using var folder = new TempDirectory();
        using var tokens = new TokenConfig().Add("ann", "admin");
        await using var willing = await WebhookReceiver.StartAsync();
        await using var refusing = await WebhookReceiver.StartAsync();
        refusing.Answer = _ => ReceiverAnswer.Of(400);
        var path = folder.File("events");
        await using var server = await ScenarioServer.StartAsync(
            $$"""
            {{tokens.Yaml}}
            {{ScenarioConfig.Webhooks(("good", willing.Url), ("bad", refusing.Url))}}
            sinks:
              look: { type: file, file: { path: '{{path}}' }, eventsPublisher: { eventTypes: [ {{Kinds}} ] } }
            """,
            postgres
        );
        using var client = server.Connect(TokenConfig.Secret("ann"));
        await ChangeAsync(client.Admin);

        string[] expected =
        [
            "dev.transponder.execution.aborted",
            "dev.transponder.execution.created",
            "dev.transponder.launchplan.activated",
            "dev.transponder.launchplan.activated",
            "dev.transponder.launchplan.created",
            "dev.transponder.launchplan.created",
            "dev.transponder.launchplan.deactivated",
            "dev.transponder.notification.dead",
            "dev.transponder.notification.delivered",
            "dev.transponder.project.registered",
            "dev.transponder.project.updated",
            "dev.transponder.workflow.registered",
        ];
        await Eventually.PassesAsync(() =>
        {
            Assert.Equal(expected, Events(path).Select(TypeOf).Where(IsOurs).Order(StringComparer.Ordinal));
            Assert.Equal(4, Events(path).Count(IsSequenced));
            return Task.CompletedTask;
        });
        var events = Events(path);
        var sequenced = events.Where(IsSequenced).ToList();
        Assert.Equal(
            ["0000000000", "0000000001", "0000000002", "0000000003"],
            sequenced.Select(one => one.GetProperty("sequence").GetString())
        );
        Assert.Equal("dev.transponder.execution.aborted", TypeOf(sequenced[2]));
        Assert.Equal(events.Count, events.Select(one => one.GetProperty("id").GetString()).Distinct().Count());

        var byPeople = events.Where(one => IsOurs(TypeOf(one)) && !TypeOf(one).Contains(".notification.", StringComparison.Ordinal));
        Assert.All(byPeople, one => Assert.Equal("ann", one.GetProperty("data").GetProperty("principal").GetString()));

        var plain = await client.Events.ListEventsAsync(new ListEventsRequest(), ScenarioServer.Token);
        Assert.Equal(["RUNNING", "ABORTED"], plain.Events.Select(one => one.Phase));
        var named = await client.Events.ListEventsAsync(
            new ListEventsRequest { Filter = new EventFilter { Kinds = { Event.Types.Kind.LaunchPlan } } },
            ScenarioServer.Token
        );
        Assert.Equal(["CREATED", "ACTIVATED", "CREATED", "DEACTIVATED", "ACTIVATED"], named.Events.Select(one => one.Phase));
        Assert.Equal("v2", named.Events[^1].Entity.Version);
    }

    private static async Task ChangeAsync(AdminClient admin)
    {
        var notification = Platform.Notify([WorkflowPhase.Aborted], "good", "bad");
        await Platform.RegisterAsync(admin, notification);
        await Platform.RunAsync(admin, "run");
        await admin.TerminateExecutionAsync(new() { Id = Platform.Execution("run"), Cause = "costs" }, ScenarioServer.Token);
        await Platform.SendAsync(admin, Platform.Event("run", WorkflowPhase.Aborted));

        var plan = Platform.Registration(notification).Select(step => step.Request).OfType<LaunchPlanCreateRequest>().Single().Clone();
        plan.Id.Version = "v2";
        await Platform.SendAsync(admin, plan);
        await Platform.SendAsync(admin, new LaunchPlanUpdateRequest { Id = plan.Id, State = LaunchPlanState.Active });
        await admin.UpdateProjectAsync(new Project { Id = Platform.Project, Description = "told" }, ScenarioServer.Token);
    }

    private static bool IsOurs(string type) => type.StartsWith("dev.transponder.", StringComparison.Ordinal);

    private static bool IsSequenced(JsonElement one) => one.TryGetProperty("sequence", out _);

    private static string TypeOf(JsonElement one) => one.GetProperty("type").GetString()!;

    private static List<JsonElement> Events(string path) => [.. GrowingFile.Lines(path).Select(line => JsonElement.Parse(line))];
}
