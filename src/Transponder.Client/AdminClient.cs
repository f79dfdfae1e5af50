using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Protocol;

namespace Transponder.Client;

/// <summary>Flyte's admin service, of Transponder or of any Flyte admin. Every failure is an <see cref="RpcException"/>; thread-safe.</summary>
/// <param name="channel">The server; the caller disposes of it.</param>
/// <param name="options">Deadline and metadata of every call.</param>
public sealed class AdminClient(GrpcChannel channel, CallOptions? options = null)
{
    private const string Service = "flyteidl.service.AdminService";

    /// <summary>The server's version.</summary>
    public Task<GetVersionResponse> GetVersionAsync(GetVersionRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetVersionRequest, GetVersionResponse>("GetVersion", request, cancellationToken);

    /// <summary>The domains that the server is configured with.</summary>
    public Task<GetDomainsResponse> GetDomainsAsync(GetDomainRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetDomainRequest, GetDomainsResponse>("GetDomains", request, cancellationToken);

    /// <summary>Registers a project.</summary>
    public Task<ProjectRegisterResponse> RegisterProjectAsync(
        ProjectRegisterRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ProjectRegisterRequest, ProjectRegisterResponse>("RegisterProject", request, cancellationToken);

    /// <summary>One project.</summary>
    public Task<Project> GetProjectAsync(ProjectGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ProjectGetRequest, Project>("GetProject", request, cancellationToken);

    /// <summary>Projects by identifier.</summary>
    public Task<Projects> ListProjectsAsync(ProjectListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ProjectListRequest, Projects>("ListProjects", request, cancellationToken);

    /// <summary>Registers a version of a task.</summary>
    public Task<TaskCreateResponse> CreateTaskAsync(TaskCreateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<TaskCreateRequest, TaskCreateResponse>("CreateTask", request, cancellationToken);

    /// <summary>One version of a task.</summary>
    public Task<Flyteidl.Admin.Task> GetTaskAsync(ObjectGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ObjectGetRequest, Flyteidl.Admin.Task>("GetTask", request, cancellationToken);

    /// <summary>Registers a version of a workflow; its tasks must be registered.</summary>
    public Task<WorkflowCreateResponse> CreateWorkflowAsync(WorkflowCreateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<WorkflowCreateRequest, WorkflowCreateResponse>("CreateWorkflow", request, cancellationToken);

    /// <summary>One version of a workflow, compiled.</summary>
    public Task<Workflow> GetWorkflowAsync(ObjectGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ObjectGetRequest, Workflow>("GetWorkflow", request, cancellationToken);

    /// <summary>Registers a version of a launch plan, inactive; its workflow must be registered.</summary>
    public Task<LaunchPlanCreateResponse> CreateLaunchPlanAsync(
        LaunchPlanCreateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<LaunchPlanCreateRequest, LaunchPlanCreateResponse>("CreateLaunchPlan", request, cancellationToken);

    /// <summary>One version of a launch plan.</summary>
    public Task<LaunchPlan> GetLaunchPlanAsync(ObjectGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ObjectGetRequest, LaunchPlan>("GetLaunchPlan", request, cancellationToken);

    /// <summary>The active version of a launch plan.</summary>
    public Task<LaunchPlan> GetActiveLaunchPlanAsync(ActiveLaunchPlanRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ActiveLaunchPlanRequest, LaunchPlan>("GetActiveLaunchPlan", request, cancellationToken);

    /// <summary>Activates or deactivates a version of a launch plan.</summary>
    public Task<LaunchPlanUpdateResponse> UpdateLaunchPlanAsync(
        LaunchPlanUpdateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<LaunchPlanUpdateRequest, LaunchPlanUpdateResponse>("UpdateLaunchPlan", request, cancellationToken);

    /// <summary>Changes a project, archives it or brings it back.</summary>
    public Task<ProjectUpdateResponse> UpdateProjectAsync(Project request, CancellationToken cancellationToken = default) =>
        CallAsync<Project, ProjectUpdateResponse>("UpdateProject", request, cancellationToken);

    /// <summary>Versions of tasks.</summary>
    public Task<TaskList> ListTasksAsync(ResourceListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ResourceListRequest, TaskList>("ListTasks", request, cancellationToken);

    /// <summary>Names of tasks.</summary>
    public Task<NamedEntityIdentifierList> ListTaskIdsAsync(
        NamedEntityIdentifierListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NamedEntityIdentifierListRequest, NamedEntityIdentifierList>("ListTaskIds", request, cancellationToken);

    /// <summary>Versions of workflows, with their interfaces only.</summary>
    public Task<WorkflowList> ListWorkflowsAsync(ResourceListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ResourceListRequest, WorkflowList>("ListWorkflows", request, cancellationToken);

    /// <summary>Names of workflows.</summary>
    public Task<NamedEntityIdentifierList> ListWorkflowIdsAsync(
        NamedEntityIdentifierListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NamedEntityIdentifierListRequest, NamedEntityIdentifierList>("ListWorkflowIds", request, cancellationToken);

    /// <summary>Versions of launch plans.</summary>
    public Task<LaunchPlanList> ListLaunchPlansAsync(ResourceListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ResourceListRequest, LaunchPlanList>("ListLaunchPlans", request, cancellationToken);

    /// <summary>Names of launch plans.</summary>
    public Task<NamedEntityIdentifierList> ListLaunchPlanIdsAsync(
        NamedEntityIdentifierListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NamedEntityIdentifierListRequest, NamedEntityIdentifierList>("ListLaunchPlanIds", request, cancellationToken);

    /// <summary>The active launch plans of a project and domain.</summary>
    public Task<LaunchPlanList> ListActiveLaunchPlansAsync(
        ActiveLaunchPlanListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ActiveLaunchPlanListRequest, LaunchPlanList>("ListActiveLaunchPlans", request, cancellationToken);

    /// <summary>What all versions of a name share.</summary>
    public Task<NamedEntity> GetNamedEntityAsync(NamedEntityGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<NamedEntityGetRequest, NamedEntity>("GetNamedEntity", request, cancellationToken);

    /// <summary>Describes a name, archives it or brings it back.</summary>
    public Task<NamedEntityUpdateResponse> UpdateNamedEntityAsync(
        NamedEntityUpdateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NamedEntityUpdateRequest, NamedEntityUpdateResponse>("UpdateNamedEntity", request, cancellationToken);

    /// <summary>Names of one kind, with description and state.</summary>
    public Task<NamedEntityList> ListNamedEntitiesAsync(NamedEntityListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<NamedEntityListRequest, NamedEntityList>("ListNamedEntities", request, cancellationToken);

    /// <summary>The description that came with a task or workflow.</summary>
    public Task<DescriptionEntity> GetDescriptionEntityAsync(ObjectGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ObjectGetRequest, DescriptionEntity>("GetDescriptionEntity", request, cancellationToken);

    /// <summary>Descriptions that came with tasks or workflows.</summary>
    public Task<DescriptionEntityList> ListDescriptionEntitiesAsync(
        DescriptionEntityListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<DescriptionEntityListRequest, DescriptionEntityList>("ListDescriptionEntities", request, cancellationToken);

    /// <summary>Sets matchable attributes of a project.</summary>
    public Task<ProjectAttributesUpdateResponse> UpdateProjectAttributesAsync(
        ProjectAttributesUpdateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ProjectAttributesUpdateRequest, ProjectAttributesUpdateResponse>("UpdateProjectAttributes", request, cancellationToken);

    /// <summary>Matchable attributes of a project itself.</summary>
    public Task<ProjectAttributesGetResponse> GetProjectAttributesAsync(
        ProjectAttributesGetRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ProjectAttributesGetRequest, ProjectAttributesGetResponse>("GetProjectAttributes", request, cancellationToken);

    /// <summary>Removes matchable attributes of a project.</summary>
    public Task<ProjectAttributesDeleteResponse> DeleteProjectAttributesAsync(
        ProjectAttributesDeleteRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ProjectAttributesDeleteRequest, ProjectAttributesDeleteResponse>("DeleteProjectAttributes", request, cancellationToken);

    /// <summary>Sets matchable attributes of a project's domain.</summary>
    public Task<ProjectDomainAttributesUpdateResponse> UpdateProjectDomainAttributesAsync(
        ProjectDomainAttributesUpdateRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync<ProjectDomainAttributesUpdateRequest, ProjectDomainAttributesUpdateResponse>(
            "UpdateProjectDomainAttributes",
            request,
            cancellationToken
        );

    /// <summary>Matchable attributes that hold for a project's domain.</summary>
    public Task<ProjectDomainAttributesGetResponse> GetProjectDomainAttributesAsync(
        ProjectDomainAttributesGetRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync<ProjectDomainAttributesGetRequest, ProjectDomainAttributesGetResponse>(
            "GetProjectDomainAttributes",
            request,
            cancellationToken
        );

    /// <summary>Removes matchable attributes of a project's domain.</summary>
    public Task<ProjectDomainAttributesDeleteResponse> DeleteProjectDomainAttributesAsync(
        ProjectDomainAttributesDeleteRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync<ProjectDomainAttributesDeleteRequest, ProjectDomainAttributesDeleteResponse>(
            "DeleteProjectDomainAttributes",
            request,
            cancellationToken
        );

    /// <summary>Sets matchable attributes of a workflow.</summary>
    public Task<WorkflowAttributesUpdateResponse> UpdateWorkflowAttributesAsync(
        WorkflowAttributesUpdateRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync<WorkflowAttributesUpdateRequest, WorkflowAttributesUpdateResponse>(
            "UpdateWorkflowAttributes",
            request,
            cancellationToken
        );

    /// <summary>Matchable attributes that hold for a workflow.</summary>
    public Task<WorkflowAttributesGetResponse> GetWorkflowAttributesAsync(
        WorkflowAttributesGetRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<WorkflowAttributesGetRequest, WorkflowAttributesGetResponse>("GetWorkflowAttributes", request, cancellationToken);

    /// <summary>Removes matchable attributes of a workflow.</summary>
    public Task<WorkflowAttributesDeleteResponse> DeleteWorkflowAttributesAsync(
        WorkflowAttributesDeleteRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync<WorkflowAttributesDeleteRequest, WorkflowAttributesDeleteResponse>(
            "DeleteWorkflowAttributes",
            request,
            cancellationToken
        );

    /// <summary>All matchable attributes of one kind.</summary>
    public Task<ListMatchableAttributesResponse> ListMatchableAttributesAsync(
        ListMatchableAttributesRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ListMatchableAttributesRequest, ListMatchableAttributesResponse>("ListMatchableAttributes", request, cancellationToken);

    /// <summary>Starts an execution; its notifications are frozen now.</summary>
    public Task<ExecutionCreateResponse> CreateExecutionAsync(
        ExecutionCreateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ExecutionCreateRequest, ExecutionCreateResponse>("CreateExecution", request, cancellationToken);

    /// <summary>One execution.</summary>
    public Task<Execution> GetExecutionAsync(WorkflowExecutionGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<WorkflowExecutionGetRequest, Execution>("GetExecution", request, cancellationToken);

    /// <summary>Executions of a project and domain.</summary>
    public Task<ExecutionList> ListExecutionsAsync(ResourceListRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ResourceListRequest, ExecutionList>("ListExecutions", request, cancellationToken);

    /// <summary>Asks for an execution's end, with a cause.</summary>
    public Task<ExecutionTerminateResponse> TerminateExecutionAsync(
        ExecutionTerminateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ExecutionTerminateRequest, ExecutionTerminateResponse>("TerminateExecution", request, cancellationToken);

    /// <summary>One node of an execution.</summary>
    public Task<NodeExecution> GetNodeExecutionAsync(NodeExecutionGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<NodeExecutionGetRequest, NodeExecution>("GetNodeExecution", request, cancellationToken);

    /// <summary>One attempt of a node's task.</summary>
    public Task<TaskExecution> GetTaskExecutionAsync(TaskExecutionGetRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<TaskExecutionGetRequest, TaskExecution>("GetTaskExecution", request, cancellationToken);

    /// <summary>Runs an execution again with the same inputs.</summary>
    public Task<ExecutionCreateResponse> RelaunchExecutionAsync(
        ExecutionRelaunchRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ExecutionRelaunchRequest, ExecutionCreateResponse>("RelaunchExecution", request, cancellationToken);

    /// <summary>Runs an execution again from where it failed.</summary>
    public Task<ExecutionCreateResponse> RecoverExecutionAsync(
        ExecutionRecoverRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ExecutionRecoverRequest, ExecutionCreateResponse>("RecoverExecution", request, cancellationToken);

    /// <summary>Archives an execution, or brings it back.</summary>
    public Task<ExecutionUpdateResponse> UpdateExecutionAsync(
        ExecutionUpdateRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<ExecutionUpdateRequest, ExecutionUpdateResponse>("UpdateExecution", request, cancellationToken);

    /// <summary>An execution's inputs and outputs.</summary>
    public Task<WorkflowExecutionGetDataResponse> GetExecutionDataAsync(
        WorkflowExecutionGetDataRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<WorkflowExecutionGetDataRequest, WorkflowExecutionGetDataResponse>("GetExecutionData", request, cancellationToken);

    /// <summary>Where an execution's time went.</summary>
    public Task<WorkflowExecutionGetMetricsResponse> GetExecutionMetricsAsync(
        WorkflowExecutionGetMetricsRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync<WorkflowExecutionGetMetricsRequest, WorkflowExecutionGetMetricsResponse>(
            "GetExecutionMetrics",
            request,
            cancellationToken
        );

    /// <summary>Nodes at the top of an execution, or below one of its nodes.</summary>
    public Task<NodeExecutionList> ListNodeExecutionsAsync(
        NodeExecutionListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NodeExecutionListRequest, NodeExecutionList>("ListNodeExecutions", request, cancellationToken);

    /// <summary>Nodes that an attempt of a task yielded.</summary>
    public Task<NodeExecutionList> ListNodeExecutionsForTaskAsync(
        NodeExecutionForTaskListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NodeExecutionForTaskListRequest, NodeExecutionList>("ListNodeExecutionsForTask", request, cancellationToken);

    /// <summary>A node's inputs and outputs.</summary>
    public Task<NodeExecutionGetDataResponse> GetNodeExecutionDataAsync(
        NodeExecutionGetDataRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NodeExecutionGetDataRequest, NodeExecutionGetDataResponse>("GetNodeExecutionData", request, cancellationToken);

    /// <summary>The workflow that a dynamic node made.</summary>
    public Task<DynamicNodeWorkflowResponse> GetDynamicNodeWorkflowAsync(
        GetDynamicNodeWorkflowRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<GetDynamicNodeWorkflowRequest, DynamicNodeWorkflowResponse>("GetDynamicNodeWorkflow", request, cancellationToken);

    /// <summary>Attempts of a node's tasks.</summary>
    public Task<TaskExecutionList> ListTaskExecutionsAsync(
        TaskExecutionListRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<TaskExecutionListRequest, TaskExecutionList>("ListTaskExecutions", request, cancellationToken);

    /// <summary>A task attempt's inputs and outputs.</summary>
    public Task<TaskExecutionGetDataResponse> GetTaskExecutionDataAsync(
        TaskExecutionGetDataRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<TaskExecutionGetDataRequest, TaskExecutionGetDataResponse>("GetTaskExecutionData", request, cancellationToken);

    /// <summary>Reports a workflow execution's phase; on disk when the call returns.</summary>
    public Task<WorkflowExecutionEventResponse> CreateWorkflowEventAsync(
        WorkflowExecutionEventRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<WorkflowExecutionEventRequest, WorkflowExecutionEventResponse>("CreateWorkflowEvent", request, cancellationToken);

    /// <summary>Reports a node's phase; on disk when the call returns.</summary>
    public Task<NodeExecutionEventResponse> CreateNodeEventAsync(
        NodeExecutionEventRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<NodeExecutionEventRequest, NodeExecutionEventResponse>("CreateNodeEvent", request, cancellationToken);

    /// <summary>Reports a task attempt's phase; on disk when the call returns.</summary>
    public Task<TaskExecutionEventResponse> CreateTaskEventAsync(
        TaskExecutionEventRequest request,
        CancellationToken cancellationToken = default
    ) => CallAsync<TaskExecutionEventRequest, TaskExecutionEventResponse>("CreateTaskEvent", request, cancellationToken);

    private Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new() =>
        channel.UnaryAsync<TRequest, TResponse>($"{Service}/{method}", request, options, cancellationToken);
}
