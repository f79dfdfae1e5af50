using Flyteidl.Service;
using Transponder.Core.Data;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>Flyte's DataProxyService over <see cref="DataProxy"/>.</summary>
internal sealed class DataProxyService(DataProxy proxy, ArtifactReader reader)
{
    public void AddTo(RpcServices services) =>
        services
            .Add(DataproxyReflection.Descriptor.Services[0])
            .Unary<CreateUploadLocationRequest, CreateUploadLocationResponse>(
                "CreateUploadLocation",
                (request, context) => proxy.UploadAsync(request, context.CancellationToken)
            )
            .Unary<CreateDownloadLocationRequest, CreateDownloadLocationResponse>(
                "CreateDownloadLocation",
                (request, context) => proxy.DownloadAsync(request, context.CancellationToken)
            )
            .Unary<CreateDownloadLinkRequest, CreateDownloadLinkResponse>(
                "CreateDownloadLink",
                (request, context) => proxy.LinkAsync(request, context.CancellationToken)
            )
            .Unary<GetDataRequest, GetDataResponse>("GetData", (request, context) => reader.GetAsync(request, context.CancellationToken));
}
