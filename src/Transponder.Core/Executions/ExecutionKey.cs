using Flyteidl.Core;

namespace Transponder.Core.Executions;

/// <summary>The full name of a workflow execution; unique in a store.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Name">Its name, unique within project and domain.</param>
public readonly record struct ExecutionKey(string Project, string Domain, string Name)
{
    /// <summary>How many shards the event log has; fixed, since every cursor is kept per shard.</summary>
    public const int ShardCount = 16;

    /// <summary>The shard that the execution's events belong to, 0 … 15: FNV-1a over the full name, the same in every process and release.</summary>
    public int Shard => (int)(StableHash() % ShardCount);

    /// <summary>Reads the key from Flyte's identifier.</summary>
    /// <param name="id">Project, domain and name.</param>
    public static ExecutionKey From(WorkflowExecutionIdentifier id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(id.Project, id.Domain, id.Name);
    }

    /// <summary>Flyte's identifier of the same execution.</summary>
    public WorkflowExecutionIdentifier ToIdentifier() =>
        new()
        {
            Project = Project,
            Domain = Domain,
            Name = Name,
        };

    /// <summary>A 64-bit FNV-1a hash of the full name; stable over processes and releases.</summary>
    public ulong StableHash()
    {
        var hash = 14695981039346656037UL;
        Mix(ref hash, Project);
        Mix(ref hash, Domain);
        Mix(ref hash, Name);
        return hash;

        static void Mix(ref ulong hash, string part)
        {
            foreach (var c in part)
                hash = (hash ^ c) * 1099511628211UL;
            hash = (hash ^ 0xFFFF) * 1099511628211UL;
        }
    }

    /// <summary>The name alone tells nearly all executions apart.</summary>
    public override int GetHashCode() => Name?.GetHashCode() ?? 0;

    /// <summary><c>project/domain/name</c>, for people.</summary>
    public override string ToString() => $"{Project}/{Domain}/{Name}";
}

/// <summary>The full name of a node execution.</summary>
/// <param name="Execution">The workflow execution that the node belongs to.</param>
/// <param name="NodeId">The node's id, unique within it.</param>
public readonly record struct NodeKey(ExecutionKey Execution, string NodeId)
{
    /// <summary>Reads the key from Flyte's identifier.</summary>
    /// <param name="id">Execution and node id.</param>
    public static NodeKey From(NodeExecutionIdentifier id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(ExecutionKey.From(id.ExecutionId), id.NodeId);
    }

    /// <summary>As cheap as the execution's.</summary>
    public override int GetHashCode() => HashCode.Combine(Execution, NodeId);

    /// <summary><c>project/domain/name/node</c>, for people.</summary>
    public override string ToString() => $"{Execution}/{NodeId}";
}

/// <summary>The full name of one attempt of a task execution.</summary>
/// <param name="Node">The node execution that runs the task.</param>
/// <param name="Task">The task's project, domain, name and version.</param>
/// <param name="RetryAttempt">The attempt, from 0.</param>
public readonly record struct TaskKey(NodeKey Node, EntityKey Task, uint RetryAttempt)
{
    /// <summary>Reads the key from Flyte's identifier.</summary>
    /// <param name="id">Node execution, task and attempt.</param>
    public static TaskKey From(TaskExecutionIdentifier id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(NodeKey.From(id.NodeExecutionId), EntityKey.From(id.TaskId), id.RetryAttempt);
    }

    /// <summary>Flyte's identifier of the same attempt.</summary>
    public TaskExecutionIdentifier ToIdentifier() =>
        new()
        {
            TaskId = Task.ToIdentifier(ResourceType.Task),
            NodeExecutionId = new NodeExecutionIdentifier { NodeId = Node.NodeId, ExecutionId = Node.Execution.ToIdentifier() },
            RetryAttempt = RetryAttempt,
        };

    /// <summary>The node and the attempt tell nearly all tasks apart.</summary>
    public override int GetHashCode() => HashCode.Combine(Node, RetryAttempt);

    /// <summary><c>project/domain/name/node/task/attempt</c>, for people.</summary>
    public override string ToString() => $"{Node}/{Task.Name}/{RetryAttempt}";
}

/// <summary>The full name of a task, workflow or launch plan; its kind is known from where it stands.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public readonly record struct EntityKey(string Project, string Domain, string Name, string Version)
{
    /// <summary>Reads the key from Flyte's identifier, whatever its resource type.</summary>
    /// <param name="id">Project, domain, name and version.</param>
    public static EntityKey From(Identifier id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(id.Project, id.Domain, id.Name, id.Version);
    }

    /// <summary>Flyte's identifier of the same entity.</summary>
    /// <param name="type">Its kind.</param>
    public Identifier ToIdentifier(ResourceType type) =>
        new()
        {
            ResourceType = type,
            Project = Project,
            Domain = Domain,
            Name = Name,
            Version = Version,
        };

    /// <summary><c>project/domain/name/version</c>, for people.</summary>
    public override string ToString() => $"{Project}/{Domain}/{Name}/{Version}";
}
