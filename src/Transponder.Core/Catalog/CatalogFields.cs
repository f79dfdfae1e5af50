using Flyteidl.Admin;
using Transponder.Core.Lists;

namespace Transponder.Core.Catalog;

/// <summary>The fields by which Flyte's clients filter and sort the lists of the catalog, for each kind.</summary>
internal static class CatalogFields
{
    public static ListFields<CatalogColumn> Tasks { get; } =
        Versions("tasks", "task").Add("type", CatalogColumn.TaskType).Add("short_description", CatalogColumn.ShortDescription);

    public static ListFields<CatalogColumn> Workflows { get; } =
        Versions("workflows", "workflow").Add("short_description", CatalogColumn.ShortDescription);

    public static ListFields<CatalogColumn> LaunchPlans { get; } =
        Versions("launch plans", "launch_plan")
            .Add("state", CatalogColumn.State, FieldValue.NumberOf(LaunchPlanReflection.Descriptor.EnumTypes[0]))
            .Add("schedule_type", CatalogColumn.ScheduleType)
            .Add("workflow.project", CatalogColumn.WorkflowProject)
            .Add("workflow.domain", CatalogColumn.WorkflowDomain)
            .Add("workflow.name", CatalogColumn.WorkflowName)
            .Add("workflow.version", CatalogColumn.WorkflowVersion);

    public static ListFields<CatalogColumn> Descriptions { get; } =
        Versions("description entities", "task", "workflow").Add("short_description", CatalogColumn.ShortDescription);

    public static ListFields<NameColumn> Names { get; } =
        new ListFields<NameColumn>("named entities", "entities", "named_entity_metadata", "task", "workflow", "launch_plan")
            .Add("project", NameColumn.Project)
            .Add("domain", NameColumn.Domain)
            .Add("name", NameColumn.Name)
            .Add("description", NameColumn.Description)
            .Add("state", NameColumn.State, FieldValue.NumberOf(CommonReflection.Descriptor.EnumTypes[0]))
            .Add("created_at", NameColumn.CreatedAt, FieldValue.Moment)
            .Add("updated_at", NameColumn.UpdatedAt, FieldValue.Moment);

    private static ListFields<CatalogColumn> Versions(string kind, params string[] entities) =>
        new ListFields<CatalogColumn>(kind, entities)
            .Add("project", CatalogColumn.Project)
            .Add("domain", CatalogColumn.Domain)
            .Add("name", CatalogColumn.Name)
            .Add("version", CatalogColumn.Version)
            .Add("created_at", CatalogColumn.CreatedAt, FieldValue.Moment)
            .Add("updated_at", CatalogColumn.UpdatedAt, FieldValue.Moment);
}
