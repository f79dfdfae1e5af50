using Flyteidl.Service;
using Transponder.Core.Data;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Integrations.Artifacts.Local;
using Transponder.Server.Configuration;
using Transponder.Server.Services;
using Transponder.Server.Wire;

namespace Transponder.Server.Data;

/// <summary>Users' files: the place that the configuration names, the service that signs URLs to it, and the local place's own endpoints.</summary>
internal sealed class Artifacts : IDisposable
{
    private readonly StorageOptions options;
    private readonly IArtifactStore? store;
    private Uri? address;

    public Artifacts(StorageOptions options)
    {
        this.options = options;
        store = ArtifactStoreFactory.Open(
            options.Place,
            () => address ?? throw new InvalidOperationException("The server does not listen yet."),
            TimeProvider.System
        );
    }

    public void AddTo(RpcServices services, IStore records)
    {
        if (store is null)
        {
            // Known, so that it is UNIMPLEMENTED by name.
            services.Add(DataproxyReflection.Descriptor.Services[0]);
            return;
        }

        var executions = records.Executions;
        var proxy = new DataProxy(store, new ExecutionReader(executions), options.Proxy, TimeProvider.System, Random.Shared);
        var reader = new ArtifactReader(new ExecutionDataReader(executions), new TaskExecutionLists(executions), proxy);
        new DataProxyService(proxy, reader).AddTo(services);
    }

    public void Map(WebApplication web)
    {
        if (store is LocalArtifactStore local)
            new ArtifactEndpoints(local).Map(web);
    }

    /// <summary>Says where the HTTP port listens, once it does.</summary>
    public void ListensAt(Uri http) => address = http;

    public void Dispose() => (store as IDisposable)?.Dispose();
}
