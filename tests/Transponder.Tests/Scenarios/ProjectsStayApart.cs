using System.Net;
using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>Two projects on one server: the token of one sees nothing of the other, in whatever it may do with all roles in its own.</summary>
[Trait("needs", "servers")]
public sealed class ProjectsStayApart(PostgresCluster cluster)
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(
        ProjectReflection.Descriptor,
        TaskReflection.Descriptor,
        Flyteidl.Admin.WorkflowReflection.Descriptor,
        LaunchPlanReflection.Descriptor,
        Flyteidl.Admin.ExecutionReflection.Descriptor,
        EventReflection.Descriptor
    );

    [Fact]
    public Task OnSqlite() => RunAsync(null);

    [Fact]
    public async Task OnPostgres() => await RunAsync(await cluster.CreateDatabaseAsync());

    private static async Task RunAsync(string? postgres)
    {
        using var tokens = new TokenConfig()
            .Add("root", "admin")
            .Add("a", "viewer, producer, operator, admin", "a")
            .Add("b", "viewer, producer, operator, admin", "b");
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml + ScenarioConfig.Webhooks(("audit", receiver.Url)), postgres);
        using var root = server.Connect(TokenConfig.Secret("root"));
        using var a = server.Connect(TokenConfig.Secret("a"));
        using var b = server.Connect(TokenConfig.Secret("b"));
        await PlayAsync(root, "a");
        await PlayAsync(root, "b");
        await Eventually.TrueAsync(
            async () =>
                (await root.Deliveries.ListDeliveriesAsync(new())).Deliveries.Count(d => d.State == Delivery.Types.State.Delivered) == 2,
            "both deliveries"
        );

        await ListsAsync(a, "a");
        await ListsAsync(b, "b");
        await RefusalsAsync(a);
        await DeliveriesAsync(root, a);
        await RoutesAsync(server, TokenConfig.Secret("a"));
    }

    private static async Task ListsAsync(TransponderClient client, string own)
    {
        Assert.Equal([own], (await client.Admin.ListProjectsAsync(new ProjectListRequest())).Projects_.Select(project => project.Id));
        var executions = await client.Admin.ListExecutionsAsync(Executions(own));
        Assert.Equal([own], executions.Executions.Select(execution => execution.Id.Project));
        var deliveries = await client.Deliveries.ListDeliveriesAsync(new());
        Assert.Equal([own], deliveries.Deliveries.Select(delivery => delivery.Execution.Project));
        var events = await client.Events.ListEventsAsync(new ListEventsRequest());
        Assert.NotEmpty(events.Events);
        Assert.All(events.Events, one => Assert.Equal(own, one.Execution.Project));
        var followed = 0;
        await foreach (var reply in client.Events.WatchAsync(new WatchRequest { After = 0 }))
        {
            Assert.All(reply.Events, one => Assert.Equal(own, one.Execution.Project));
            followed += reply.Events.Count;
            if (followed == events.Events.Count)
                break;
        }

        Assert.NotEmpty((await client.Deliveries.ExplainExecutionAsync(new() { Id = Id(own, "run") })).Notifications);
    }

    private static async Task RefusalsAsync(TransponderClient a)
    {
        await DeniedAsync(() => a.Admin.GetProjectAsync(new ProjectGetRequest { Id = "b" }));
        await DeniedAsync(() =>
            a.Admin.RegisterProjectAsync(
                new ProjectRegisterRequest
                {
                    Project = new() { Id = "c", Name = "c" },
                }
            )
        );
        await DeniedAsync(() => a.Admin.ListExecutionsAsync(Executions("b")));
        await DeniedAsync(() => a.Admin.ListExecutionsAsync(new ResourceListRequest { Limit = 10 }));
        await DeniedAsync(() => a.Deliveries.ListDeliveriesAsync(new() { Project = "b" }));
        await DeniedAsync(() => a.Events.ListEventsAsync(new() { Filter = new() { Project = "b" } }));
        await DeniedAsync(async () => await a.Events.WatchAsync(new() { Filter = new() { Project = "b" } }).FirstAsync());
        await DeniedAsync(() => a.Operations.GetStatusAsync());
        await DeniedAsync(() => a.Admin.CreateWorkflowEventAsync(In("b", Platform.Event("run", WorkflowPhase.Failed))));
        await DeniedAsync(() => a.Admin.TerminateExecutionAsync(new() { Id = Id("b", "run"), Cause = "x" }));

        // What exists and what does not look the same from outside.
        var there = await DeniedAsync(() => a.Admin.GetExecutionAsync(new() { Id = Id("b", "run") }));
        var absent = await DeniedAsync(() => a.Admin.GetExecutionAsync(new() { Id = Id("b", "nothing") }));
        var nowhere = await DeniedAsync(() => a.Admin.GetExecutionAsync(new() { Id = Id("c", "nothing") }));
        Assert.Equal(there, absent);
        Assert.Equal(there.Replace("project b", "project c", StringComparison.Ordinal), nowhere);
        Assert.Equal(
            await DeniedAsync(() => a.Deliveries.ExplainExecutionAsync(new() { Id = Id("b", "run") })),
            await DeniedAsync(() => a.Deliveries.ExplainExecutionAsync(new() { Id = Id("b", "nothing") }))
        );

        // A workflow would show the task that it uses, an execution the plan that it runs.
        var foreign = new WorkflowCreateRequest { Id = Named(ResourceType.Workflow, "a", "thief"), Spec = new WorkflowSpec() };
        foreign.Spec.Template = new WorkflowTemplate
        {
            Id = foreign.Id,
            Interface = new TypedInterface(),
            Nodes =
            {
                new Flyteidl.Core.Node
                {
                    Id = "n0",
                    TaskNode = new TaskNode { ReferenceId = In("b", Platform.TaskId) },
                },
            },
        };
        await DeniedAsync(() => a.Admin.CreateWorkflowAsync(foreign));
        var run = (ExecutionCreateRequest)In("a", (IMessage)Platform.Creation("thief").Request);
        run.Spec.LaunchPlan = In("b", Platform.PlanId);
        await DeniedAsync(() => a.Admin.CreateExecutionAsync(run));
    }

    private static async Task DeliveriesAsync(TransponderClient root, TransponderClient a)
    {
        var foreign = (await root.Deliveries.ListDeliveriesAsync(new() { Project = "b" })).Deliveries.Single().Id;
        var own = (await a.Deliveries.ListDeliveriesAsync(new())).Deliveries.Single().Id;
        Assert.Equal(own, (await a.Deliveries.GetDeliveryAsync(new() { Id = own })).Id);

        var known = await Assert.ThrowsAsync<RpcException>(() => a.Deliveries.GetDeliveryAsync(new() { Id = foreign }));
        var unknown = await Assert.ThrowsAsync<RpcException>(() => a.Deliveries.GetDeliveryAsync(new() { Id = "dlv_0" }));
        var replayed = await Assert.ThrowsAsync<RpcException>(() => a.Deliveries.ReplayDeliveryAsync(new() { Id = foreign }));

        Assert.Equal(StatusCode.NotFound, known.Code);
        Assert.Equal(unknown.Message.Replace("dlv_0", foreign, StringComparison.Ordinal), known.Message);
        Assert.Equal(known.Message, replayed.Message);
        var many = await a.Deliveries.ReplayDeliveriesAsync(new() { Ids = { foreign, own } });
        Assert.Equal([own], many.Replayed);
        Assert.Equal([foreign], many.Skipped);
        var all = await a.Deliveries.ReplayDeliveriesAsync(
            new() { Filter = new DeliveryFilter { State = Delivery.Types.State.Delivered } }
        );
        Assert.DoesNotContain(foreign, all.Replayed.Concat(all.Skipped));
    }

    private static async Task RoutesAsync(ScenarioServer server, string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", $"Bearer {token}");

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/executions/a/development/run")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/api/v1/executions/b/development/run")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/metrics")).StatusCode);
        Assert.DoesNotContain("\"b\"", await http.GetStringAsync("/api/v1/projects"));
        Assert.DoesNotContain("\"b\"", await http.GetStringAsync("/api/v1/deliveries"));
    }

    private static async Task PlayAsync(TransponderClient client, string project)
    {
        foreach (var step in Platform.Registration(Platform.Notify([WorkflowPhase.Succeeded], "audit")))
            await Platform.SendAsync(client.Admin, In(project, step.Request));
        await Platform.SendAsync(client.Admin, In(project, Platform.Creation("run").Request));
        await Platform.SendAsync(client.Admin, In(project, (IMessage)Platform.Event("run", WorkflowPhase.Running)));
        await Platform.SendAsync(client.Admin, In(project, (IMessage)Platform.Event("run", WorkflowPhase.Succeeded)));
    }

    private static async Task<string> DeniedAsync(Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.PermissionDenied, failure.Code);
        return failure.Message;
    }

    /// <summary>The same request about another project.</summary>
    private static T In<T>(string project, T request)
        where T : IMessage
    {
        var json = new JsonFormatter(new JsonFormatter.Settings(false, Types)).Format(request);
        var moved = json.Replace($"\"{Platform.Project}\"", $"\"{project}\"", StringComparison.Ordinal);
        return (T)new JsonParser(new JsonParser.Settings(100, Types)).Parse(moved, request.Descriptor);
    }

    private static ResourceListRequest Executions(string project) =>
        new()
        {
            Id = new NamedEntityIdentifier { Project = project, Domain = Platform.Domain },
            Limit = 10,
        };

    private static WorkflowExecutionIdentifier Id(string project, string name) =>
        new()
        {
            Project = project,
            Domain = Platform.Domain,
            Name = name,
        };

    private static Identifier Named(ResourceType type, string project, string name) =>
        new()
        {
            ResourceType = type,
            Project = project,
            Domain = Platform.Domain,
            Name = name,
            Version = "v1",
        };
}
