using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Transponder.Server.Wire;

/// <summary>
/// The services that gRPC and REST serve, filled at start and only read afterwards. Every method of an added service is known;
/// one without a handler answers UNIMPLEMENTED with its name.
/// </summary>
public sealed class RpcServices
{
    private readonly Dictionary<string, RpcMethod> methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServiceDescriptor> services = new(StringComparer.Ordinal);

    /// <summary>The services, in the order they were added.</summary>
    public IReadOnlyCollection<ServiceDescriptor> Descriptors => services.Values;

    internal IReadOnlyCollection<RpcMethod> Methods => methods.Values;

    /// <summary>Makes a service's methods known and returns what its handlers are set with.</summary>
    public RpcServiceBuilder Add(ServiceDescriptor service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (services.TryAdd(service.FullName, service))
        {
            foreach (var method in service.Methods)
            {
                var known = new RpcMethod(method);
                methods.Add(known.Path, known);
            }
        }

        return new RpcServiceBuilder(this, service);
    }

    internal bool TryFind(string path, [NotNullWhen(true)] out RpcMethod? method) => methods.TryGetValue(path, out method);

    internal bool HasService(string fullName) => services.ContainsKey(fullName);
}
