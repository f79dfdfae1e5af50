namespace Transponder.Tests.Scenarios;

/// <summary>Which roles may call which method, written down by hand; the server's own table is never asked.</summary>
public static class AccessTable
{
    public const string Everybody = "everybody";
    public const string Known = "whoever is known";

    private const string Readers = "viewer producer operator admin";
    private const string Producers = "producer admin";
    private const string Operators = "operator admin";
    private const string Runners = "producer operator admin";
    private const string Admins = "admin";

    private const string Admin = "flyteidl.service.AdminService";

    /// <summary>Method by full name, and the roles.</summary>
    public static IReadOnlyDictionary<string, string> Rows { get; } =
        new Dictionary<string, string>([
            .. Of(Admin, Known, "GetVersion GetDomains"),
            .. Of(Admin, Readers, "GetProject ListProjects GetTask ListTasks ListTaskIds GetWorkflow ListWorkflows ListWorkflowIds"),
            .. Of(Admin, Readers, "GetLaunchPlan GetActiveLaunchPlan ListLaunchPlans ListActiveLaunchPlans ListLaunchPlanIds"),
            .. Of(Admin, Readers, "GetNamedEntity ListNamedEntities GetDescriptionEntity ListDescriptionEntities"),
            .. Of(Admin, Readers, "GetExecution GetExecutionData GetExecutionMetrics ListExecutions"),
            .. Of(Admin, Readers, "GetNodeExecution GetNodeExecutionData GetDynamicNodeWorkflow ListNodeExecutions"),
            .. Of(Admin, Readers, "ListNodeExecutionsForTask GetTaskExecution GetTaskExecutionData ListTaskExecutions"),
            .. Of(Admin, Readers, "GetProjectAttributes GetProjectDomainAttributes GetWorkflowAttributes ListMatchableAttributes"),
            .. Of(Admin, Producers, "CreateTask CreateWorkflow CreateLaunchPlan CreateExecution"),
            .. Of(Admin, Producers, "CreateWorkflowEvent CreateNodeEvent CreateTaskEvent"),
            .. Of(Admin, Operators, "UpdateNamedEntity UpdateExecution"),
            .. Of(Admin, Runners, "UpdateLaunchPlan RelaunchExecution RecoverExecution TerminateExecution"),
            .. Of(Admin, Admins, "RegisterProject UpdateProject"),
            .. Of(Admin, Admins, "UpdateProjectAttributes UpdateProjectDomainAttributes UpdateWorkflowAttributes"),
            .. Of(Admin, Admins, "DeleteProjectAttributes DeleteProjectDomainAttributes DeleteWorkflowAttributes"),
            .. Of("flyteidl.service.AuthMetadataService", Everybody, "GetOAuth2Metadata GetPublicClientConfig"),
            .. Of("flyteidl.service.IdentityService", Known, "UserInfo"),
            .. Of("flyteidl.service.DataProxyService", Readers, "CreateDownloadLink CreateDownloadLocation GetData"),
            .. Of("flyteidl.service.DataProxyService", Producers, "CreateUploadLocation"),
            .. Of("flyteidl.service.SignalService", Readers, "ListSignals"),
            .. Of("flyteidl.service.SignalService", Producers, "GetOrCreateSignal SetSignal"),
            .. Of("grpc.health.v1.Health", Everybody, "Check List Watch"),
            .. Of("grpc.reflection.v1.ServerReflection", Readers, "ServerReflectionInfo"),
            .. Of("grpc.reflection.v1alpha.ServerReflection", Readers, "ServerReflectionInfo"),
            .. Of("transponder.v1.DeliveryService", Readers, "ListDeliveries GetDelivery ExplainExecution"),
            .. Of("transponder.v1.DeliveryService", Operators, "ReplayDelivery ReplayDeliveries"),
            .. Of("transponder.v1.EventService", Readers, "ListEvents Watch"),
            .. Of("transponder.v1.ReplayService", Readers, "ListReplays GetReplay"),
            .. Of("transponder.v1.ReplayService", Operators, "StartReplay CancelReplay"),
            .. Of("transponder.v1.NotifyService", "producer admin notifier", "Send"),
            .. Of("transponder.v1.OperationsService", Readers, "GetStatus ListChannels ListQuarantine ListSinks Render"),
            .. Of("transponder.v1.OperationsService", Operators, "SendTest"),
        ]);

    /// <summary>Whether a holder of the role, or (null) nobody, gets in.</summary>
    public static bool LetsIn(string method, string? role) =>
        Rows[method] == Everybody || (role is not null && (Rows[method] == Known || Rows[method].Split(' ').Contains(role)));

    private static IEnumerable<KeyValuePair<string, string>> Of(string service, string roles, string methods) =>
        methods.Split(' ').Select(method => KeyValuePair.Create($"{service}.{method}", roles));
}
