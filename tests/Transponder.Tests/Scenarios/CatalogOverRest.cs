using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>Every route of the catalog answers in both JSON dialects, at upstream's paths.</summary>
public sealed class CatalogOverRest
{
    private const string Scope = $"{Platform.Project}/{Platform.Domain}";
    private const string SnakeCase = "application/json";
    private const string CamelCase = "text/plain";

    private static readonly JsonFormatter Camel = new(JsonFormatter.Settings.Default);
    private static readonly JsonFormatter Snake = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    [Theory]
    [InlineData(SnakeCase)]
    [InlineData(CamelCase)]
    public async Task Lists(string dialect)
    {
        await using var rest = await StartAsync(dialect);

        Assert.Equal("train", (await rest.GetAsync<TaskList>($"tasks/{Scope}?limit=1")).Tasks[0].Id.Name);
        Assert.Equal(
            "v1",
            (await rest.GetAsync<TaskList>($"tasks/{Scope}/train?limit=1&filters=eq(type,python-task)")).Tasks[0].Id.Version
        );
        Assert.Equal("train", (await rest.GetAsync<NamedEntityIdentifierList>($"task_ids/{Scope}?limit=5")).Entities[0].Name);
        var workflows = await rest.GetAsync<WorkflowList>($"workflows/{Scope}?limit=1&sort_by.key=created_at&sort_by.direction=DESCENDING");
        Assert.Equal("nightly", workflows.Workflows[0].Id.Name);
        Assert.Empty((await rest.GetAsync<WorkflowList>($"workflows/{Scope}/other?limit=1")).Workflows);
        Assert.Equal("1", workflows.Token);
        Assert.Empty((await rest.GetAsync<WorkflowList>($"workflows/{Scope}?limit=1&token=1")).Workflows);
        Assert.Equal("nightly", (await rest.GetAsync<NamedEntityIdentifierList>($"workflow_ids/{Scope}?limit=5")).Entities[0].Name);
        var plans = await rest.GetAsync<LaunchPlanList>($"launch_plans/{Scope}?limit=9&filters=eq(state,1)%2Beq(workflow.name,nightly)");
        Assert.Equal(LaunchPlanState.Active, plans.LaunchPlans[0].Closure.State);
        Assert.Single((await rest.GetAsync<LaunchPlanList>($"launch_plans/{Scope}/nightly?limit=9")).LaunchPlans);
        Assert.Single((await rest.GetAsync<LaunchPlanList>($"active_launch_plans/{Scope}?limit=9")).LaunchPlans);
        Assert.Equal("nightly", (await rest.GetAsync<LaunchPlan>($"active_launch_plans/{Scope}/nightly")).Id.Name);
        Assert.Equal("nightly", (await rest.GetAsync<NamedEntityIdentifierList>($"launch_plan_ids/{Scope}?limit=5")).Entities[0].Name);
    }

    [Theory]
    [InlineData(SnakeCase)]
    [InlineData(CamelCase)]
    public async Task NamesAndDescriptions(string dialect)
    {
        await using var rest = await StartAsync(dialect);
        var update = new NamedEntityUpdateRequest
        {
            Metadata = new NamedEntityMetadata { Description = "every night", State = NamedEntityState.NamedEntityArchived },
        };
        await rest.SendAsync("PUT", $"named_entities/WORKFLOW/{Scope}/nightly", update);

        var name = await rest.GetAsync<NamedEntity>($"named_entities/WORKFLOW/{Scope}/nightly");
        Assert.Equal((ResourceType.Workflow, update.Metadata), (name.ResourceType, name.Metadata));
        var archived = await rest.GetAsync<NamedEntityList>($"named_entities/2/{Scope}?limit=5&filters=eq(state,1)");
        Assert.Equal("every night", Assert.Single(archived.Entities).Metadata.Description);
        Assert.Empty((await rest.GetAsync<NamedEntityIdentifierList>($"workflow_ids/{Scope}?limit=5")).Entities);

        var task = ((TaskCreateRequest)Platform.Registration().Single(step => step.Method == "CreateTask").Request).Clone();
        task.Id.Name = task.Spec.Template.Id.Name = "told";
        task.Spec.Description = new DescriptionEntity
        {
            ShortDescription = "short",
            LongDescription = new Description { Value = "long" },
        };
        await rest.SendAsync("POST", "tasks", task);
        Assert.Equal("short", (await rest.GetAsync<DescriptionEntity>($"description_entities/TASK/{Scope}/told/v1")).ShortDescription);
        Assert.Single((await rest.GetAsync<DescriptionEntityList>($"description_entities/TASK/{Scope}/told?limit=5")).DescriptionEntities);
        Assert.Single((await rest.GetAsync<DescriptionEntityList>($"description_entities/TASK/{Scope}?limit=5")).DescriptionEntities);
    }

    [Theory]
    [InlineData(SnakeCase)]
    [InlineData(CamelCase)]
    public async Task Attributes(string dialect)
    {
        await using var rest = await StartAsync(dialect);
        string[] levels =
        [
            $"project_attributes/{Platform.Project}",
            $"project_domain_attributes/{Scope}",
            $"workflow_attributes/{Scope}/nightly",
        ];
        IMessage[] updates =
        [
            new ProjectAttributesUpdateRequest { Attributes = new() { MatchingAttributes = Queue("project") } },
            new ProjectDomainAttributesUpdateRequest { Attributes = new() { MatchingAttributes = Queue("domain") } },
            new WorkflowAttributesUpdateRequest { Attributes = new() { MatchingAttributes = Queue("workflow") } },
        ];
        foreach (var (level, update) in levels.Zip(updates))
            await rest.SendAsync("PUT", level, update);

        const string Kind = "?resource_type=EXECUTION_QUEUE";
        Assert.Equal(Queue("project"), (await rest.GetAsync<ProjectAttributesGetResponse>(levels[0] + Kind)).Attributes.MatchingAttributes);
        Assert.Equal(
            Queue("domain"),
            (await rest.GetAsync<ProjectDomainAttributesGetResponse>(levels[1] + Kind)).Attributes.MatchingAttributes
        );
        Assert.Equal(
            Queue("workflow"),
            (await rest.GetAsync<WorkflowAttributesGetResponse>(levels[2] + Kind)).Attributes.MatchingAttributes
        );
        var all = await rest.GetAsync<ListMatchableAttributesResponse>("matchable_attributes" + Kind);
        Assert.Equal(["nightly", "", ""], all.Configurations.Select(one => one.Workflow));

        await rest.SendAsync("DELETE", levels[2], new WorkflowAttributesDeleteRequest { ResourceType = MatchableResource.ExecutionQueue });
        await rest.SendAsync(
            "DELETE",
            levels[1],
            new ProjectDomainAttributesDeleteRequest { ResourceType = MatchableResource.ExecutionQueue }
        );
        await rest.SendAsync("DELETE", levels[0], new ProjectAttributesDeleteRequest { ResourceType = MatchableResource.ExecutionQueue });
        Assert.Empty((await rest.GetAsync<ListMatchableAttributesResponse>("matchable_attributes" + Kind)).Configurations);
        foreach (var level in levels)
            Assert.Equal(HttpStatusCode.NotFound, await rest.StatusAsync(level + Kind));
    }

    [Theory]
    [InlineData(SnakeCase)]
    [InlineData(CamelCase)]
    public async Task ProjectsAndDomains(string dialect)
    {
        await using var rest = await StartAsync(dialect);
        await rest.SendAsync(
            "POST",
            "projects",
            new ProjectRegisterRequest
            {
                Project = new() { Id = "side", Name = "side" },
            }
        );
        await rest.SendAsync(
            "PUT",
            "projects/side",
            new Project { Description = "on the side", State = Project.Types.ProjectState.Archived }
        );

        var project = await rest.GetAsync<Project>("projects/side");
        Assert.Equal(("side", "on the side", Project.Types.ProjectState.Archived), (project.Name, project.Description, project.State));
        Assert.Equal([Platform.Project], (await rest.GetAsync<Projects>("projects")).Projects_.Select(one => one.Id));
        Assert.Equal(["side"], (await rest.GetAsync<Projects>("projects?filters=eq(project.state,1)")).Projects_.Select(one => one.Id));
        Assert.Equal(3, (await rest.GetAsync<GetDomainsResponse>("domains")).Domains.Count);
        Assert.NotEmpty((await rest.GetAsync<GetVersionResponse>("version")).ControlPlaneVersion.Version_);
        Assert.Equal(HttpStatusCode.BadRequest, await rest.StatusAsync("projects?filters=eq(colour,red)"));
        Assert.Equal(HttpStatusCode.BadRequest, await rest.StatusAsync($"tasks/{Scope}"));
    }

    private static MatchingAttributes Queue(string tag) => new() { ExecutionQueueAttributes = new() { Tags = { tag } } };

    private static async Task<Client> StartAsync(string dialect)
    {
        var server = await ScenarioServer.StartAsync("");
        await Platform.RegisterAsync(server.Client.Admin);
        return new Client(server, dialect);
    }

    private sealed class Client(ScenarioServer server, string dialect) : IAsyncDisposable
    {
        private readonly HttpClient http = new() { BaseAddress = new Uri(server.Http, "/api/v1/") };

        public async Task<T> GetAsync<T>(string path)
            where T : IMessage<T>, new() => JsonParser.Default.Parse<T>(await SendAsync("GET", path, null));

        public async Task<HttpStatusCode> StatusAsync(string path)
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), ScenarioServer.Token);
            return response.StatusCode;
        }

        public async Task<string> SendAsync(string verb, string path, IMessage? body)
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(dialect == CamelCase ? "*/*" : dialect));
            if (body is not null)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes((dialect == SnakeCase ? Snake : Camel).Format(body)));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(dialect);
            }
            using var response = await http.SendAsync(request, ScenarioServer.Token);
            var text = await response.Content.ReadAsStringAsync(ScenarioServer.Token);
            Assert.True(response.IsSuccessStatusCode, $"{verb} {path}: {(int)response.StatusCode} {text}");
            var (foreign, own) = dialect == SnakeCase ? ("\"createdAt\":", "\"created_at\":") : ("\"created_at\":", "\"createdAt\":");
            Assert.DoesNotContain(foreign, text, StringComparison.Ordinal);
            if (text.Contains("\"closure\":{", StringComparison.Ordinal))
                Assert.Contains(own, text, StringComparison.Ordinal);
            return text;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await server.DisposeAsync();
        }
    }
}
