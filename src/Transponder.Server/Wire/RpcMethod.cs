using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Server.Security;

namespace Transponder.Server.Wire;

/// <summary>One method of a served service; at most one of its handlers is set, and none means UNIMPLEMENTED.</summary>
internal sealed class RpcMethod(MethodDescriptor descriptor)
{
    public MethodDescriptor Descriptor { get; } = descriptor;

    public string Path { get; } = $"/{descriptor.Service.FullName}/{descriptor.Name}";

    public Func<IMessage, RpcContext, Task<IMessage>>? Unary { get; set; }

    public Func<IMessage, RpcContext, Func<IMessage, Task>, Task>? ServerStreaming { get; set; }

    /// <summary>How a reply of the stream looks as Server-Sent Events; null = it is served over gRPC alone.</summary>
    public Func<IMessage, IEnumerable<SentEvent>>? SentEvents { get; set; }

    public Func<IAsyncEnumerable<IMessage>, RpcContext, Func<IMessage, Task>, Task>? Duplex { get; set; }

    /// <summary>Who may call it; null = everybody, where nothing guards the services.</summary>
    public AccessRule? Rule { get; set; }

    public bool HasHandler => Unary is not null || ServerStreaming is not null || Duplex is not null;

    /// <summary>Turns away who may not call the method, before anything of the request is read; answers the caller as the handler should see it.</summary>
    public Caller Admit(Caller caller) => Rule is null || caller.IsAnyone ? caller : Rule.Admit(caller, Descriptor.Name);
}
