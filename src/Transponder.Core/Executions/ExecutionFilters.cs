using System.Globalization;
using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;

namespace Transponder.Core.Executions;

/// <summary>Reads what a list of executions asks for: Flyte's filters and sort key, in terms of the store's columns.</summary>
public static class ExecutionFilters
{
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
        ["launch_plan.name"] = ExecutionColumn.LaunchPlanName,
        ["launch_plan.version"] = ExecutionColumn.LaunchPlanVersion,
        ["workflow.name"] = ExecutionColumn.WorkflowName,
        ["workflow.version"] = ExecutionColumn.WorkflowVersion,
    };

    /// <summary>The conditions of a filter text; null when they can hold for no execution.</summary>
    /// <param name="text">The filters as written.</param>
    public static IReadOnlyList<ExecutionFilter>? Parse(string text)
    {
        var filters = new List<ExecutionFilter>();
        foreach (var syntax in FilterSyntax.Parse(text))
        {
            if (syntax.Name is "state" or "execution.state")
            {
                if (!HoldsForActive(syntax))
                    return null;
                continue;
            }
            if (syntax.Entity == "task")
                filters.Add(new(ExecutionColumn.LaunchEntity, FilterFunction.Eq, ["task"]));
            var column = Column(syntax.Name);
            filters.Add(new(column, syntax.Function, [.. syntax.Values.Select(v => Value(column, v))]));
        }
        return filters;
    }

    /// <summary>The column behind a field's name; an unknown one is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
    /// <param name="name">The field, with or without its entity.</param>
    public static ExecutionColumn Column(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = name.StartsWith("execution.", StringComparison.Ordinal) ? name["execution.".Length..] : name;
        if (key is "task.name")
            return ExecutionColumn.LaunchPlanName;
        if (key is "task.version")
            return ExecutionColumn.LaunchPlanVersion;
        return Columns.TryGetValue(key, out var column)
            ? column
            : throw IdentifierRules.Invalid(
                $"'{name}' is an invalid field of executions; known are {string.Join(", ", Columns.Keys)}, state, task.name and task.version"
            );
    }

    // Executions cannot be archived here, so each one is active.
    private static bool HoldsForActive(FilterSyntax syntax)
    {
        var active = syntax.Values.Any(v => v is "0" || v.Equals("EXECUTION_ACTIVE", StringComparison.OrdinalIgnoreCase));
        return syntax.Function switch
        {
            FilterFunction.Eq or FilterFunction.ValueIn => active,
            FilterFunction.Ne or FilterFunction.ValueNotIn => !active,
            _ => throw IdentifierRules.Invalid("state can be filtered by eq, ne, value_in and value_not_in"),
        };
    }

    private static object Value(ExecutionColumn column, string text) =>
        column switch
        {
            ExecutionColumn.CreatedAt or ExecutionColumn.StartedAt or ExecutionColumn.UpdatedAt => FieldValue.Moment(text),
            ExecutionColumn.Duration => FieldValue.Microseconds(text),
            ExecutionColumn.Mode => Mode(text),
            ExecutionColumn.Phase => Phase(text),
            _ => text,
        };

    private static long Mode(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        var mode = ExecutionMetadata.Descriptor.EnumTypes[0].FindValueByName(text.ToUpperInvariant());
        return mode is null ? throw IdentifierRules.Invalid($"invalid value for mode: {text}") : (long)mode.Number;
    }

    private static string Phase(string text)
    {
        var phases = WorkflowExecution.Descriptor.EnumTypes[0];
        var byNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? phases.FindValueByNumber(number)
            : null;
        return byNumber?.Name ?? text;
    }
}
