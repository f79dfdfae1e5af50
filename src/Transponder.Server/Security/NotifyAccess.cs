using Transponder.V1;
using static Transponder.Server.Security.AccessRules;

namespace Transponder.Server.Security;

/// <summary>
/// Who may send messages of tasks: whoever runs tasks, and their pods. The handler keeps a pod to its own execution, and everybody to the channels that are
/// open to the execution's project.
/// </summary>
internal static class NotifyAccess
{
    public static void AddTo(AccessRules rules) =>
        rules
            .Service("transponder.v1.NotifyService")
            .Allow<SendRequest>(Produces | Roles.Notifier, "Send", (request, gate) => gate.Allow(request.Execution?.Project));
}
