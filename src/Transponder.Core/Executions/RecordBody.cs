using Flyteidl.Core;
using Google.Protobuf;
using Transponder.V1;
using NodeExecution = Flyteidl.Admin.NodeExecution;
using TaskExecution = Flyteidl.Admin.TaskExecution;

namespace Transponder.Core.Executions;

/// <summary>
/// The bytes that a store keeps of a node or task execution: the message that clients read, then <see cref="RecordExtras"/>, which only the server does.
/// </summary>
public static class RecordBody
{
    private static readonly MessageParser<NodeExecution> Nodes = NodeExecution.Parser.WithDiscardUnknownFields(true);
    private static readonly MessageParser<TaskExecution> Tasks = TaskExecution.Parser.WithDiscardUnknownFields(true);
    private static readonly MessageParser<RecordExtras> Rest = RecordExtras.Parser.WithDiscardUnknownFields(true);

    /// <summary>The node execution, without the extras.</summary>
    /// <param name="body">The stored bytes.</param>
    public static NodeExecution Node(byte[] body) => Nodes.ParseFrom(body);

    /// <summary>The task execution, without the extras.</summary>
    /// <param name="body">The stored bytes.</param>
    public static TaskExecution Task(byte[] body) => Tasks.ParseFrom(body);

    /// <summary>The extras; empty when there are none.</summary>
    /// <param name="body">The stored bytes.</param>
    public static RecordExtras Extras(byte[] body) => Rest.ParseFrom(body);

    /// <summary>The node execution to change: it carries its extras along, unless they are written anew.</summary>
    /// <param name="body">The stored bytes.</param>
    /// <param name="anew">The extras to be written; null = those that are stored stay.</param>
    public static NodeExecution NodeToUpdate(byte[] body, RecordExtras? anew) =>
        anew is null ? NodeExecution.Parser.ParseFrom(body) : Node(body);

    /// <summary>The task execution to change: it carries its extras along, unless they are written anew.</summary>
    /// <param name="body">The stored bytes.</param>
    /// <param name="anew">The extras to be written; null = those that are stored stay.</param>
    public static TaskExecution TaskToUpdate(byte[] body, RecordExtras? anew) =>
        anew is null ? TaskExecution.Parser.ParseFrom(body) : Task(body);

    /// <summary>The stored extras with other inputs; null when there are no such inputs.</summary>
    /// <param name="body">The stored bytes; empty = none.</param>
    /// <param name="inputs">The inputs.</param>
    public static RecordExtras? WithInputs(byte[] body, LiteralMap? inputs)
    {
        if (inputs is null)
            return null;
        var extras = Extras(body);
        extras.Inputs = inputs;
        return extras;
    }

    /// <summary>The bytes to store.</summary>
    /// <param name="message">The node or task execution.</param>
    /// <param name="extras">The extras; null = those that the message carries, if any.</param>
    public static byte[] Write(IMessage message, RecordExtras? extras)
    {
        ArgumentNullException.ThrowIfNull(message);
        var (size, extraSize) = (message.CalculateSize(), extras?.CalculateSize() ?? 0);
        var body = new byte[size + extraSize];
        message.WriteTo(body.AsSpan(0, size));
        if (extraSize > 0)
            extras.WriteTo(body.AsSpan(size));
        return body;
    }
}
