using Google.Protobuf;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Transponder.Server.Wire;

/// <summary>Sets the handlers of one service; a name or type that the descriptor does not have is an error at start.</summary>
public sealed class RpcServiceBuilder
{
    private readonly RpcServices services;
    private readonly ServiceDescriptor service;

    internal RpcServiceBuilder(RpcServices services, ServiceDescriptor service)
    {
        this.services = services;
        this.service = service;
    }

    /// <summary>One request, one reply.</summary>
    public RpcServiceBuilder Unary<TRequest, TResponse>(string method, Func<TRequest, RpcContext, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        Find<TRequest, TResponse>(method, clientStreams: false, serverStreams: false).Unary = async (request, context) =>
            await handler((TRequest)request, context).ConfigureAwait(false);
        return this;
    }

    /// <summary>The same for handlers that very many calls go through: without a task of its own for each.</summary>
    internal RpcServiceBuilder Unary<TRequest, TResponse>(string method, Func<TRequest, RpcContext, Task<IMessage>> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        Find<TRequest, TResponse>(method, clientStreams: false, serverStreams: false).Unary = (request, context) =>
            handler((TRequest)request, context);
        return this;
    }

    /// <summary>One request, any number of replies; each write is flushed.</summary>
    public RpcServiceBuilder ServerStreaming<TRequest, TResponse>(
        string method,
        Func<TRequest, RpcContext, Func<TResponse, Task>, Task> handler
    )
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => ServerStreaming(method, handler, null);

    /// <summary>The same, and over HTTP as Server-Sent Events.</summary>
    internal RpcServiceBuilder ServerStreaming<TRequest, TResponse>(
        string method,
        Func<TRequest, RpcContext, Func<TResponse, Task>, Task> handler,
        Func<TResponse, IEnumerable<SentEvent>>? events
    )
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var found = Find<TRequest, TResponse>(method, clientStreams: false, serverStreams: true);
        found.ServerStreaming = (request, context, write) => handler((TRequest)request, context, write);
        found.SentEvents = events is null ? null : reply => events((TResponse)reply);
        return this;
    }

    internal RpcServiceBuilder Duplex<TRequest, TResponse>(
        string method,
        Func<IAsyncEnumerable<IMessage>, RpcContext, Func<TResponse, Task>, Task> handler
    )
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        Find<TRequest, TResponse>(method, clientStreams: true, serverStreams: true).Duplex = (requests, context, write) =>
            handler(requests, context, write);
        return this;
    }

    private RpcMethod Find<TRequest, TResponse>(string name, bool clientStreams, bool serverStreams)
    {
        if (!services.TryFind($"/{service.FullName}/{name}", out var method))
        {
            throw new ArgumentException($"Service {service.FullName} has no method {name}.", nameof(name));
        }

        var descriptor = method.Descriptor;
        if (
            descriptor.InputType.ClrType != typeof(TRequest)
            || descriptor.OutputType.ClrType != typeof(TResponse)
            || descriptor.IsClientStreaming != clientStreams
            || descriptor.IsServerStreaming != serverStreams
        )
        {
            throw new ArgumentException(
                $"{descriptor.FullName} takes {descriptor.InputType.FullName} and answers {descriptor.OutputType.FullName}; the handler does not.",
                nameof(name)
            );
        }

        return method.HasHandler ? throw new ArgumentException($"{descriptor.FullName} has a handler already.", nameof(name)) : method;
    }
}
