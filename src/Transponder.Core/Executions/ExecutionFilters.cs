using System.Globalization;
using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;

namespace Transponder.Core.Executions;

/// <summary>Reads what a list of executions asks for: Flyte's filters and sort key, in terms of the store's columns.</summary>
public static class ExecutionFilters
{
    private static readonly Func<string, object> Phase = Phases.Name(WorkflowExecution.Descriptor);

    private static readonly Func<string, object> State = FieldValue.NumberOf(
        Flyteidl.Admin.ExecutionReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(ExecutionState))
    );

    private static readonly Dictionary<string, ExecutionColumn> Columns = new(StringComparer.Ordinal)
    {
        ["phase"] = ExecutionColumn.Phase,
        ["name"] = ExecutionColumn.Name,
        ["execution_name"] = ExecutionColumn.Name,
        ["created_at"] = ExecutionColumn.CreatedAt,
        ["execution_created_at"] = ExecutionColumn.CreatedAt,
        ["started_at"] = ExecutionColumn.StartedAt,
        ["updated_at"] = ExecutionColumn.UpdatedAt,
        ["execution_updated_at"] = ExecutionColumn.UpdatedAt,
        ["duration"] = ExecutionColumn.Duration,
        ["cluster"] = ExecutionColumn.Cluster,
        ["user"] = ExecutionColumn.User,
        ["mode"] = ExecutionColumn.Mode,
        ["launch_entity"] = ExecutionColumn.LaunchEntity,
        ["error_kind"] = ExecutionColumn.ErrorKind,
        ["error_code"] = ExecutionColumn.ErrorCode,
        ["abort_cause"] = ExecutionColumn.AbortCause,
        ["execution_project"] = ExecutionColumn.Project,
        ["execution_domain"] = ExecutionColumn.Domain,
        ["state"] = ExecutionColumn.State,
        ["execution_tag.key"] = ExecutionColumn.TagKey,
        ["execution_tag.value"] = ExecutionColumn.TagValue,
        ["admin_tag.name"] = ExecutionColumn.TagKey,
        ["launch_plan.project"] = ExecutionColumn.LaunchPlanProject,
        ["launch_plan.domain"] = ExecutionColumn.LaunchPlanDomain,
        ["workflow.project"] = ExecutionColumn.WorkflowProject,
        ["workflow.domain"] = ExecutionColumn.WorkflowDomain,
        ["task.project"] = ExecutionColumn.LaunchPlanProject,
        ["task.domain"] = ExecutionColumn.LaunchPlanDomain,
        ["task.name"] = ExecutionColumn.LaunchPlanName,
        ["task.version"] = ExecutionColumn.LaunchPlanVersion,
        ["launch_plan.name"] = ExecutionColumn.LaunchPlanName,
        ["launch_plan.version"] = ExecutionColumn.LaunchPlanVersion,
        ["workflow.name"] = ExecutionColumn.WorkflowName,
        ["workflow.version"] = ExecutionColumn.WorkflowVersion,
    };

    /// <summary>The conditions of a filter text. One that says nothing of the state means the active executions.</summary>
    /// <param name="text">The filters as written.</param>
    public static IReadOnlyList<ExecutionFilter> Parse(string text)
    {
        var filters = new List<ExecutionFilter>();
        foreach (var syntax in FilterSyntax.Parse(text))
        {
            if (syntax.Entity == "task")
                filters.Add(new(ExecutionColumn.LaunchEntity, FilterFunction.Eq, ["task"]));
            if (syntax.Name == "admin_tag.name")
                filters.Add(new(ExecutionColumn.TagValue, FilterFunction.Eq, [""]));
            var column = Column(syntax.Name);
            if (column == ExecutionColumn.State && syntax.Function is FilterFunction.Contains or FilterFunction.NotLike)
                throw IdentifierRules.Invalid("state can be compared, not searched");
            filters.Add(new(column, syntax.Function, [.. syntax.Values.Select(v => Value(column, v))]));
        }
        if (filters.TrueForAll(filter => filter.Column != ExecutionColumn.State))
            filters.Add(new(ExecutionColumn.State, FilterFunction.Eq, [(long)ExecutionState.ExecutionActive]));
        return filters;
    }

    /// <summary>The column to sort by.</summary>
    /// <param name="name">The field, with or without its entity.</param>
    public static ExecutionColumn SortColumn(string name) =>
        Column(name) is var column and not (ExecutionColumn.TagKey or ExecutionColumn.TagValue)
            ? column
            : throw IdentifierRules.Invalid($"executions cannot be sorted by '{name}'");

    /// <summary>The column behind a field's name; an unknown one is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
    /// <param name="name">The field, with or without its entity.</param>
    public static ExecutionColumn Column(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = name.StartsWith("execution.", StringComparison.Ordinal) ? name["execution.".Length..] : name;
        return Columns.TryGetValue(key, out var column)
            ? column
            : throw IdentifierRules.Invalid($"'{name}' is an invalid field of executions; known are {string.Join(", ", Columns.Keys)}");
    }

    private static object Value(ExecutionColumn column, string text) =>
        column switch
        {
            ExecutionColumn.CreatedAt or ExecutionColumn.StartedAt or ExecutionColumn.UpdatedAt => FieldValue.Moment(text),
            ExecutionColumn.Duration => FieldValue.Microseconds(text),
            ExecutionColumn.Mode => Mode(text),
            ExecutionColumn.Phase => Phase(text),
            ExecutionColumn.State => State(text),
            _ => text,
        };

    private static long Mode(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        var mode = ExecutionMetadata.Descriptor.EnumTypes[0].FindValueByName(text.ToUpperInvariant());
        return mode is null ? throw IdentifierRules.Invalid($"invalid value for mode: {text}") : (long)mode.Number;
    }
}
