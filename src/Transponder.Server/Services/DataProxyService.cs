using Flyteidl.Service;
using Transponder.Core.Data;
using Transponder.Server.Wire;

namespace Transponder.Server.Services;

/// <summary>Flyte's DataProxyService over <see cref="DataProxy"/>; without one its methods are UNIMPLEMENTED.</summary>
internal sealed class DataProxyService(DataProxy? proxy)
{
    public void AddTo(RpcServices services)
    {
        var service = services.Add(DataproxyReflection.Descriptor.Services[0]);
        if (proxy is null)
            return;
        service
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
            );
    }
}
