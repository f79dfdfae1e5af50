using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client;
using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Server;
using Transponder.Notifiers.Spool;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>A task hands its messages to the server, which delivers them by its own channels: whose they are comes from the token.</summary>
[Trait("needs", "servers")]
public sealed class TasksSpeakThroughTheServer(PostgresCluster cluster)
{
    private const string Namespace = "flytesnacks-development";

    [Fact]
    public Task OnSqlite() => RunAsync(null);

    [Fact]
    public async Task OnPostgres() => await RunAsync(await cluster.CreateDatabaseAsync());

    private static async Task RunAsync(string? postgres)
    {
        using var pods = new FakeCluster();
        using var second = new FakeCluster();
        using var tokens = new TokenConfig()
            .Add("root", "admin")
            .Add("ci", "notifier", Platform.Project)
            .Add("other", "notifier", "other")
            .Add("reader", "viewer", Platform.Project);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(Yaml(tokens, pods, receiver, second), postgres);
        using var root = server.Connect(TokenConfig.Secret("root"));
        await Platform.RegisterAsync(root.Admin);
        await Platform.RunAsync(root.Admin, "run");
        await Platform.RunAsync(root.Admin, "run-2");

        await ByTokenAsync(server, root, receiver);
        await ByPodAsync(server, root, receiver, pods);
        await ByPodAsync(server, root, receiver, second, "q");
        await ForgeriesAsync(server, pods);
        await TenantsAsync(server, root);
        await MistakesAsync(server);
    }

    private static async Task ByTokenAsync(ScenarioServer server, TransponderClient root, WebhookReceiver receiver)
    {
        using var ci = server.Connect(TokenConfig.Secret("ci"));
        var request = Request("m-1", "open", "run");
        request.Content.Body = "**12** million rows";
        request.Content.Severity = MessageContent.Types.Severity.Warning;
        request.Content.Fields.Add(new V1.MessageField { Name = "loss", Value = "0.1" });
        request.Content.Task = new Identifier { Name = "train", Version = "v1" };

        var first = await ci.Notify.SendAsync(request, ScenarioServer.Token);
        var again = await ci.Notify.SendAsync(request, ScenarioServer.Token);
        var everyone = await ci.Notify.SendAsync(Request("m-1", "everyone", "run"), ScenarioServer.Token);

        Assert.False(first.Duplicate);
        Assert.True(again.Duplicate);
        Assert.Equal(first.DeliveryIds, again.DeliveryIds);
        Assert.Equal(2, everyone.DeliveryIds.Count);
        Assert.Contains(first.DeliveryIds.Single(), everyone.DeliveryIds);
        var received = (await receiver.ReceivedAsync(2)).Single(one =>
            one.Path == "/hook" && one.Header("webhook-id") == first.DeliveryIds[0]
        );
        Assert.Equal("Epoch 1", received.Json.GetProperty("title").GetString());
        Assert.Contains("12", received.Json.GetProperty("body").GetString());
        Assert.Equal("run", received.Json.GetProperty("execution").GetProperty("name").GetString());
        await Eventually.TrueAsync(
            async () => (await Platform.DeliveriesAsync(root, "run")).All(one => one.State == Delivery.Types.State.Delivered),
            "the messages in the record"
        );
        var shown = await root.Deliveries.GetDeliveryAsync(new() { Id = first.DeliveryIds[0] }, ScenarioServer.Token);
        Assert.Equal((true, "ci", "Epoch 1", WorkflowPhase.Running), (shown.FromTask, shown.Sender, shown.Subject, shown.Phase));
        var explained = await root.Deliveries.ExplainExecutionAsync(new() { Id = Platform.Execution("run") }, ScenarioServer.Token);
        Assert.Equal(2, explained.Messages.Count);
        Assert.Contains("was accepted", explained.Messages[0].Summary);
    }

    private static async Task ByPodAsync(
        ScenarioServer server,
        TransponderClient root,
        WebhookReceiver receiver,
        FakeCluster pods,
        string id = "p"
    )
    {
        var before = receiver.Received.Count;
        using var pod = server.Connect(pods.Token(Namespace, "run-2-n0-0"));

        var named = await pod.Notify.SendAsync(Request($"{id}-1", "open", "run-2"), ScenarioServer.Token);
        var unnamed = await pod.Notify.SendAsync(Request($"{id}-2", "open", null), ScenarioServer.Token);

        await receiver.ReceivedAsync(before + 2);
        foreach (var delivery in named.DeliveryIds.Concat(unnamed.DeliveryIds))
        {
            var shown = await root.Deliveries.GetDeliveryAsync(new() { Id = delivery }, ScenarioServer.Token);
            Assert.Equal(("run-2", $"system:serviceaccount:{Namespace}:default"), (shown.Execution.Name, shown.Sender));
        }
    }

    private static async Task ForgeriesAsync(ScenarioServer server, FakeCluster pods)
    {
        using var pod = server.Connect(pods.Token(Namespace, "run-2-n0-0"));
        var forged = Request("f-1", "open", "run-2");
        forged.Execution.Project = "other";
        var elsewhere = Request("f-2", "open", "run-2");
        elsewhere.Execution.Domain = "production";

        // What project it would be of, the rule says before the handler; domain and execution are the handler's.
        await DeniedAsync(pod, forged, "project other is not open");
        await DeniedAsync(pod, elsewhere, $"namespace {Namespace} is that of flytesnacks/development");
        await DeniedAsync(pod, Request("f-3", "open", "run-21"), "pod run-2-n0-0 is none of the execution run-21");
        using var unbound = server.Connect(pods.Token(Namespace, null));
        await DeniedAsync(unbound, Request("f-4", "open", "run-2"), "bound to no pod");
        using var system = server.Connect(pods.Token("kube-system", "run-2-n0-0"));
        await DeniedAsync(system, Request("f-5", "open", "run-2"), "namespace kube-system");

        await RefusedAsync(StatusCode.Unauthenticated, server, pods.Token(Namespace, "run-2-n0-0", "https://kubernetes.default.svc"));
        await RefusedAsync(StatusCode.Unauthenticated, server, pods.Token(Namespace, "run-2-n0-0", issued: DateTimeOffset.UnixEpoch));
        using var impostor = new FakeCluster();
        await RefusedAsync(StatusCode.Unauthenticated, server, impostor.Token(Namespace, "run-2-n0-0"));
        using var reader = server.Connect(pods.Token(Namespace, "run-2-n0-0"));
        var denied = await Assert.ThrowsAsync<RpcException>(() => reader.Deliveries.ListDeliveriesAsync(new(), ScenarioServer.Token));
        Assert.Equal(StatusCode.PermissionDenied, denied.Code);
    }

    private static async Task TenantsAsync(ScenarioServer server, TransponderClient root)
    {
        using var ci = server.Connect(TokenConfig.Secret("ci"));
        using var other = server.Connect(TokenConfig.Secret("other"));
        var closed = await DeniedAsync(ci, Request("t-1", "others", "run"), "channel others is not open to project flytesnacks");
        var absent = await DeniedAsync(ci, Request("t-1", "nothing", "run"), "channel nothing is not open to project flytesnacks");
        Assert.Equal(closed.Replace("others", "nothing", StringComparison.Ordinal), absent);
        Assert.DoesNotContain("others", absent);
        Assert.Contains("open are: also, open", absent);
        await DeniedAsync(ci, Request("t-2", "mixed", "run"), "channel mixed is not open");
        var mail = Request("t-4", "email", "run");
        mail.Target = "a@example.com";
        await DeniedAsync(ci, mail, "channel email is not open to project flytesnacks");
        await DeniedAsync(ci, Request("t-5", "people", "run"), "is not open");
        await DeniedAsync(other, Request("t-3", "open", "run"), "project flytesnacks is not open");

        using var tokens = server.Connect(TokenConfig.Secret("root"));
        var all = await tokens.Operations.ListChannelsAsync(ScenarioServer.Token);
        Assert.Equal(["also", "email", "open", "others"], all.Channels.Select(channel => channel.Name));

        using var reader = server.Connect(TokenConfig.Secret("reader"));
        Assert.Equal(["also", "open"], (await reader.Operations.ListChannelsAsync(ScenarioServer.Token)).Channels.Select(one => one.Name));
        var hidden = await Assert.ThrowsAsync<RpcException>(() =>
            reader.Operations.RenderAsync(new RenderRequest { Channel = "others" }, ScenarioServer.Token)
        );
        Assert.Equal("there is no channel others; known: also, open", hidden.Message);

        // An old launch plan, or whoever writes one, does not get round it either.
        await Platform.SendAsync(
            root.Admin,
            new ExecutionCreateRequest
            {
                Project = Platform.Project,
                Domain = Platform.Domain,
                Name = "sly",
                Spec = new ExecutionSpec
                {
                    LaunchPlan = Platform.PlanId,
                    Metadata = new ExecutionMetadata(),
                    Notifications = new NotificationList
                    {
                        Notifications = { Platform.Notify([WorkflowPhase.Failed], "others", "a@example.com") },
                    },
                },
            }
        );
        await Platform.SendAsync(root.Admin, Platform.Event("sly", WorkflowPhase.Running));
        await Platform.SendAsync(root.Admin, Platform.Event("sly", WorkflowPhase.Failed));
        await Eventually.TrueAsync(
            async () =>
                (await Platform.DeliveriesAsync(root, "sly")).OrderBy(one => one.Channel, StringComparer.Ordinal).ToList()
                    is [
                        { State: Delivery.Types.State.Dead, Reason: "channel_closed", Channel: "email" },
                        { State: Delivery.Types.State.Dead, Reason: "channel_closed", Channel: "others" },
                    ],
            "the notifications that may not go there"
        );
    }

    private static async Task MistakesAsync(ScenarioServer server)
    {
        using var ci = server.Connect(TokenConfig.Secret("ci"));
        await RefusedAsync(StatusCode.NotFound, ci, Request("x-1", "open", "nobody"), "knows no execution flytesnacks/development/nobody");
        await RefusedAsync(StatusCode.InvalidArgument, ci, Request("bad id!", "open", "run"), "id: ");
        await RefusedAsync(StatusCode.InvalidArgument, ci, Request("x-2", "open", null), "execution: is missing");
        var large = Request("x-3", "open", "run");
        large.Content.Body = new string('x', 40_000);
        await RefusedAsync(StatusCode.InvalidArgument, ci, large, "content.body: 40000 characters are more than 32768");
        var link = Request("x-4", "open", "run");
        link.Content.Links.Add(new V1.MessageLink { Text = "x", Url = $"https://x.example/{new string('x', 2000)}" });
        await RefusedAsync(StatusCode.InvalidArgument, ci, link, "links[].url: 2018 characters are more than 2000");
        using var root = server.Connect(TokenConfig.Secret("root"));
        await RefusedAsync(StatusCode.NotFound, root, Request("x-5", "nothing", "run"), "there is no channel nothing");
    }

    [Fact]
    public async Task ServerIsAway_MessageWaitsOnDisk_AndArrivesOnce()
    {
        using var folder = new TempDirectory();
        using var pods = new FakeCluster();
        using var tokens = new TokenConfig().Add("root", "admin");
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(Yaml(tokens, pods, receiver));
        using var root = server.Connect(TokenConfig.Secret("root"));
        await Platform.RegisterAsync(root.Admin);
        await Platform.RunAsync(root.Admin, "run");
        await using var way = TcpFaultProxy.Start(server.Http.Port, Fault.Refuse);
        var token = folder.Write("token", pods.Token(Namespace, "run-n0-0"));
        var pod = TaskContext.For(
            new ExecutionInfo
            {
                Project = Platform.Project,
                Domain = Platform.Domain,
                Name = "run",
                Phase = "running",
            }
        ) with
        {
            Retry = RetryPolicy.Once,
        };
        await using var channel = new SpooledNotifier(
            new ServerNotifier(
                new ServerNotifierOptions
                {
                    Endpoint = $"http://127.0.0.1:{way.Port}",
                    Timeout = TimeSpan.FromSeconds(30),
                    Channel = "open",
                    Token = SecretRef.FromFile(token),
                }
            ),
            new NotifySpool(new SpoolOptions { Directory = folder.File("spool") }),
            "server/open"
        );

        var away = await channel.NotifyAsync("one", pod, ScenarioServer.Token);
        way.Set(Fault.None);
        var back = await channel.NotifyAsync("two", pod, ScenarioServer.Token);

        Assert.True(away.IsSpooled, away.ToString());
        Assert.True(back.IsDelivered, back.ToString());
        var received = await receiver.ReceivedAsync(2);
        Assert.Equal(["one", "two"], received.Select(one => one.Json.GetProperty("title").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await Platform.DeliveriesAsync(root, "run")).Count);

        await using var closed = new ServerNotifier(
            new ServerNotifierOptions
            {
                Endpoint = server.Http.ToString(),
                Channel = "others",
                Token = SecretRef.FromFile(token),
            }
        );
        var refused = await closed.NotifyAsync("three", pod, ScenarioServer.Token);
        Assert.Contains("HTTP 403: channel others is not open to project flytesnacks, domain development", refused.Last.Detail);
    }

    [Fact]
    public Task KilledAfterTheAnswer_OnSqlite() => CrashAsync(null);

    [Fact]
    public async Task KilledAfterTheAnswer_OnPostgres() => await CrashAsync(await cluster.CreateDatabaseAsync());

    private static async Task CrashAsync(string? postgres)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var outage = TcpFaultProxy.Start(receiver.Port, Fault.Refuse);
        var url = new UriBuilder(receiver.Url) { Port = outage.Port }.Uri.ToString();
        await using var server = await ServerProcess.StartAsync(
            ScenarioConfig.Webhooks(("open", url)) + "delivery: { leaseDuration: 2s }",
            postgres
        );
        SendResponse stored;
        using (var client = server.Connect())
        {
            await Platform.RegisterAsync(client.Admin);
            await Platform.RunAsync(client.Admin, "run");
            stored = await client.Notify.SendAsync(Request("m-1", "open", "run"), ScenarioServer.Token);
        }

        await server.KillAndRestartAsync();
        outage.Set(Fault.None);

        using var after = server.Connect();
        Assert.True((await after.Notify.SendAsync(Request("m-1", "open", "run"), ScenarioServer.Token)).Duplicate);
        await Eventually.TrueAsync(
            async () => (await Platform.DeliveriesAsync(after, "run")) is [{ State: Delivery.Types.State.Delivered }],
            "the message after the crash",
            TimeSpan.FromMinutes(2)
        );
        Assert.Equal(stored.DeliveryIds.Single(), Assert.Single(receiver.Received).Header("webhook-id"));
    }

    private static string Yaml(TokenConfig tokens, FakeCluster pods, WebhookReceiver receiver, FakeCluster? second = null) =>
        $$"""
            {{tokens.Yaml.TrimEnd()}}
              serviceAccounts: [ {{pods.Yaml()}}{{(second is null ? "" : $", {second.Yaml("second")}")}} ]
            notifications:
              type: embedded
              strictAddresses: false
              emailer: { sender: a@example.com, projects: [ other ], emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1 } }
            channels:
              open: { type: webhook, url: '{{receiver.Url}}', timeout: 30s, projects: [ {{Platform.Project}}, other ] }
              also: { type: webhook, url: '{{receiver.Url}}?also', timeout: 30s }
              others: { type: webhook, url: '{{receiver.Url}}?others', projects: [ other ] }
            recipients: { everyone: [ open, also ], mixed: [ open, others ], people: [ open, a@example.com ] }
            outbound: { allow: [ 127.0.0.0/8 ] }

            """;

    private static SendRequest Request(string id, string channel, string? execution) =>
        new()
        {
            Id = id,
            Channel = channel,
            Execution = execution is null ? null : Platform.Execution(execution),
            Content = new MessageContent { Title = "Epoch 1" },
        };

    private static Task<string> DeniedAsync(TransponderClient client, SendRequest request, string words) =>
        RefusedAsync(StatusCode.PermissionDenied, client, request, words);

    private static async Task<string> RefusedAsync(StatusCode code, TransponderClient client, SendRequest request, string words)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => client.Notify.SendAsync(request, ScenarioServer.Token));
        Assert.Equal((code, true), (refusal.Code, refusal.Message.Contains(words, StringComparison.Ordinal)));
        return refusal.Message;
    }

    private static async Task RefusedAsync(StatusCode code, ScenarioServer server, string token)
    {
        using var client = server.Connect(token);
        Assert.Equal(
            code,
            (
                await Assert.ThrowsAsync<RpcException>(() => client.Notify.SendAsync(Request("u", "open", "run-2"), ScenarioServer.Token))
            ).Code
        );
    }
}
