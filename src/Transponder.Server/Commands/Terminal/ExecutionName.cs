using Flyteidl.Core;

namespace Transponder.Server.Commands.Terminal;

/// <summary>Executions as people write them: <c>project/domain/name</c>.</summary>
internal static class ExecutionName
{
    public const string Form = "PROJECT/DOMAIN/NAME";

    public static WorkflowExecutionIdentifier Parse(string text) =>
        text.Trim().Trim('/').Split('/') is [{ Length: > 0 } project, { Length: > 0 } domain, { Length: > 0 } name]
            ? new WorkflowExecutionIdentifier
            {
                Project = project,
                Domain = domain,
                Name = name,
            }
            : throw new UsageFailure($"\"{text}\" names no execution; write {Form}");

    public static string Text(WorkflowExecutionIdentifier? id) => id is null ? "" : $"{id.Project}/{id.Domain}/{id.Name}";
}
