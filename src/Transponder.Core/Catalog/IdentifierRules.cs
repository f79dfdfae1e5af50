using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Protocol;

namespace Transponder.Core.Catalog;

/// <summary>What every identifier must satisfy before it reaches the store; a breach is <see cref="StatusCode.InvalidArgument"/> naming the field.</summary>
public static class IdentifierRules
{
    /// <summary>The most characters that a part of an identifier may have.</summary>
    public const int LongestPart = 256;

    /// <summary>A part that must be there.</summary>
    /// <param name="value">The part.</param>
    /// <param name="field">Its name in the message.</param>
    public static void Require(string value, string field)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0)
            throw Missing(field);
        CheckText(value, field);
    }

    /// <summary>A part that may be empty.</summary>
    /// <param name="value">The part.</param>
    /// <param name="field">Its name in the message.</param>
    public static void CheckText(string value, string field)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length > LongestPart)
            throw Invalid($"{field} has {value.Length} characters; at most {LongestPart} are allowed");
        if (value.Contains('\0', StringComparison.Ordinal))
            throw Invalid($"{field} contains a NUL character");
    }

    /// <summary>An identifier of one kind, complete.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="type">The kind that it must name.</param>
    /// <param name="field">Its name in the message.</param>
    public static EntityKey RequireEntity(Identifier? id, ResourceType type, string field = "id")
    {
        if (id is null)
            throw Missing(field);
        if (id.ResourceType != type)
        {
            throw Invalid(
                $"unexpected resource type {Lower(id.ResourceType)} for identifier {field} ({id.Project}/{id.Domain}/{id.Name}/{id.Version}), expected {Lower(type)} instead"
            );
        }
        RequireParts(id, field);
        return EntityKey.From(id);
    }

    /// <summary>An identifier whose kind follows from the method, so that it may be left out, as REST's paths do.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="type">The kind that the method is about.</param>
    public static EntityKey RequireImplied(Identifier? id, ResourceType type)
    {
        if (id is not { ResourceType: ResourceType.Unspecified })
            return RequireEntity(id, type);
        RequireParts(id);
        return EntityKey.From(id);
    }

    /// <summary>An identifier's project, domain, name and version, whatever its kind.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="field">Its name in the message.</param>
    public static void RequireParts(Identifier? id, string field = "id")
    {
        if (id is null)
            throw Missing(field);
        Require(id.Project, $"{field}.project");
        Require(id.Domain, $"{field}.domain");
        Require(id.Name, $"{field}.name");
        Require(id.Version, $"{field}.version");
    }

    /// <summary>A named entity's project, domain and name.</summary>
    /// <param name="id">The identifier.</param>
    public static void Require(NamedEntityIdentifier? id)
    {
        if (id is null)
            throw Missing("id");
        Require(id.Project, "id.project");
        Require(id.Domain, "id.domain");
        Require(id.Name, "id.name");
    }

    /// <summary>A workflow execution's project, domain and name.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="field">Its name in the message.</param>
    public static void Require(WorkflowExecutionIdentifier? id, string field = "id")
    {
        if (id is null)
            throw Missing(field);
        Require(id.Project, $"{field}.project");
        Require(id.Domain, $"{field}.domain");
        Require(id.Name, $"{field}.name");
    }

    /// <summary>A node execution's execution and node id.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="field">Its name in the message.</param>
    public static void Require(NodeExecutionIdentifier? id, string field = "id")
    {
        if (id is null)
            throw Missing(field);
        Require(id.ExecutionId, $"{field}.execution_id");
        Require(id.NodeId, $"{field}.node_id");
    }

    /// <summary>The failure for a field that is not there.</summary>
    /// <param name="field">Its name in the message.</param>
    public static RpcException Missing(string field) => Invalid($"missing {field}");

    /// <summary>The failure for a wrong request.</summary>
    /// <param name="message">What is wrong.</param>
    public static RpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);

    /// <summary>The failure for something that is not stored.</summary>
    /// <param name="kind">What it is, e.g. <c>launch plan</c>.</param>
    /// <param name="name">Its full name.</param>
    public static RpcException NotFound(string kind, object name) =>
        new(StatusCode.NotFound, $"missing entity of type {kind} with identifier {name}");

    private static string Lower(ResourceType type) =>
        type switch
        {
            ResourceType.Task => "task",
            ResourceType.Workflow => "workflow",
            ResourceType.LaunchPlan => "launch_plan",
            ResourceType.Dataset => "dataset",
            _ => "unspecified",
        };
}
