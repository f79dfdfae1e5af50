using Flyteidl.Admin;
using Flyteidl.Service;
using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>Who may move data and set signals.</summary>
internal static class DataAccess
{
    private const string FlyteUrl = "flyte://v1/";

    public static void AddTo(AccessRules rules) =>
        rules
            .Service("flyteidl.service.DataProxyService")
            .Allow<CreateUploadLocationRequest>(Produces, "CreateUploadLocation", (request, gate) => gate.Require(request.Project))
            .Allow<CreateDownloadLinkRequest>(
                Reads,
                "CreateDownloadLink",
                (request, gate) => gate.Require(request.NodeExecutionId?.ExecutionId?.Project)
            )
            .Allow<GetDataRequest>(Reads, "GetData", (request, gate) => gate.Require(ProjectOf(request.FlyteUrl)))
            // It takes any URL of the store, which says nothing of projects.
            .AllowWholeServer(Reads, "CreateDownloadLocation")
            .Service("flyteidl.service.SignalService")
            .Allow<SignalListRequest>(Reads, "ListSignals", (request, gate) => gate.Require(request.WorkflowExecutionId?.Project))
            .Allow<SignalGetOrCreateRequest>(
                Produces,
                "GetOrCreateSignal",
                (request, gate) => gate.Require(request.Id?.ExecutionId?.Project)
            )
            .Allow<SignalSetRequest>(Produces, "SetSignal", (request, gate) => gate.Require(request.Id?.ExecutionId?.Project));

    private static string ProjectOf(string url)
    {
        if (!url.StartsWith(FlyteUrl, StringComparison.Ordinal))
            return "";
        var end = url.IndexOf('/', FlyteUrl.Length);
        return end < 0 ? "" : url[FlyteUrl.Length..end];
    }
}
