using System.Globalization;
using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Service;
using Transponder.Core.Executions;
using Transponder.Protocol;

namespace Transponder.Core.Data;

/// <summary>What a <see cref="FlyteUrl"/> names: literals, or a link to a deck.</summary>
public sealed class ArtifactReader
{
    private readonly ExecutionDataReader data;
    private readonly TaskExecutionLists tasks;
    private readonly DataProxy proxy;

    /// <summary>Makes a reader.</summary>
    /// <param name="data">What knows inputs and outputs.</param>
    /// <param name="tasks">What knows a node's attempts.</param>
    /// <param name="proxy">What links to decks.</param>
    public ArtifactReader(ExecutionDataReader data, TaskExecutionLists tasks, DataProxy proxy)
    {
        (this.data, this.tasks, this.proxy) = (data, tasks, proxy);
    }

    /// <summary>Reads what a URL names.</summary>
    /// <param name="request">The URL.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<GetDataResponse> GetAsync(GetDataRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var url = FlyteUrl.Parse(request.FlyteUrl);
        if (url.Kind == 'd')
        {
            var link = new CreateDownloadLinkRequest { ArtifactType = ArtifactType.Deck, NodeExecutionId = url.Node };
            return new GetDataResponse { PreSignedUrls = (await proxy.LinkAsync(link, cancellationToken)).PreSignedUrls };
        }

        var literals = url.Attempt is { } attempt
            ? await OfTaskAsync(url, attempt, cancellationToken)
            : await OfNodeAsync(url, cancellationToken);
        if (url.Name is not { } name)
            return new GetDataResponse { LiteralMap = literals };
        return literals.Literals.TryGetValue(name, out var literal)
            ? new GetDataResponse { Literal = literal }
            : throw new RpcException(StatusCode.NotFound, $"{request.FlyteUrl}: there is nothing of the name {name}");
    }

    private async Task<LiteralMap> OfNodeAsync(FlyteUrl url, CancellationToken cancellationToken)
    {
        var found = await data.OfNodeAsync(new NodeExecutionGetDataRequest { Id = url.Node }, cancellationToken);
        return url.Kind == 'i' ? found.FullInputs : found.FullOutputs;
    }

    private async Task<LiteralMap> OfTaskAsync(FlyteUrl url, uint attempt, CancellationToken cancellationToken)
    {
        // The URL does not name the task, so the attempt is looked for among the node's.
        var list = new TaskExecutionListRequest
        {
            NodeExecutionId = url.Node,
            Limit = 1,
            Filters = string.Create(CultureInfo.InvariantCulture, $"eq(retry_attempt,{attempt})"),
        };
        var page = await tasks.ListAsync(list, cancellationToken);
        if (page.TaskExecutions.Count == 0)
            throw new RpcException(StatusCode.NotFound, $"node {url.Node.NodeId} has no attempt {attempt}");
        var found = await data.OfTaskAsync(new TaskExecutionGetDataRequest { Id = page.TaskExecutions[0].Id }, cancellationToken);
        return url.Kind == 'i' ? found.FullInputs : found.FullOutputs;
    }
}
