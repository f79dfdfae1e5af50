using Flyteidl.Service;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Protocol;

namespace Transponder.Core.Data;

/// <summary>Lets users send files to, and fetch files from, the place where the platform keeps them.</summary>
public sealed class DataProxy
{
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";
    private const int Md5Length = 16;

    private readonly IArtifactStore artifacts;
    private readonly ExecutionReader executions;
    private readonly DataProxyOptions options;
    private readonly TimeProvider time;
    private readonly Random random;

    /// <summary>Puts it together.</summary>
    /// <param name="artifacts">Where files are kept.</param>
    /// <param name="executions">What knows where nodes left their decks.</param>
    /// <param name="options">What may be asked.</param>
    /// <param name="time">The time.</param>
    /// <param name="random">Makes file names up.</param>
    public DataProxy(IArtifactStore artifacts, ExecutionReader executions, DataProxyOptions options, TimeProvider time, Random random)
    {
        (this.artifacts, this.executions, this.options, this.time, this.random) = (artifacts, executions, options, time, random);
    }

    /// <summary>
    /// Where to upload a file: <c>prefix/project/domain/(filename_root, or the MD5 in base32)/(filename, or a made-up one)</c>. A path that the caller
    /// chose whole and that is taken is ALREADY_EXISTS, unless the same content is sent again.
    /// </summary>
    /// <param name="request">What is to be uploaded.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<CreateUploadLocationResponse> UploadAsync(CreateUploadLocationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequirePlain(request.Project, "project");
        RequirePlain(request.Domain, "domain");
        if (request.FilenameRoot.Length == 0 && request.ContentMd5.IsEmpty)
            throw IdentifierRules.Invalid("content_md5 or filename_root is a required parameter");
        if (request.ContentMd5.Length is not (0 or Md5Length))
            throw IdentifierRules.Invalid($"content_md5 has {request.ContentMd5.Length} bytes; an MD5 has {Md5Length}");
        var life = Life(request.ExpiresIn, options.UploadLife);
        var md5 = request.ContentMd5.ToByteArray();
        var root = request.FilenameRoot.Length > 0 ? request.FilenameRoot : Base32.Encode(md5);
        var name = request.Filename.Length > 0 ? request.Filename : new string(random.GetItems<char>(NameLetters, options.NameLength));
        var key = ArtifactKey.Join(
            ("the prefix", options.Prefix),
            ("project", request.Project),
            ("domain", request.Domain),
            ("filename_root", root),
            ("filename", name)
        );
        if (request.FilenameRoot.Length > 0 && request.Filename.Length > 0)
            await RequireFreeAsync(key, md5, cancellationToken);

        var signed = await artifacts.SignUploadAsync(
            key,
            new UploadTerms(md5, request.AddContentMd5Metadata && md5.Length > 0, life),
            cancellationToken
        );
        return new CreateUploadLocationResponse
        {
            SignedUrl = signed.Url.AbsoluteUri,
            NativeUrl = artifacts.NativeUrl(key),
            ExpiresAt = Timestamp.FromDateTimeOffset(time.GetUtcNow() + life),
            Headers = { signed.Headers.ToDictionary() },
        };
    }

    /// <summary>Where to download the file of a native URL.</summary>
    /// <param name="request">Which file.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<CreateDownloadLocationResponse> DownloadAsync(
        CreateDownloadLocationRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var life = Life(request.ExpiresIn, options.DownloadLife);
        var url = await artifacts.SignDownloadAsync(Key(request.NativeUrl, "native_url"), life, cancellationToken);
        return new CreateDownloadLocationResponse
        {
            SignedUrl = url.AbsoluteUri,
            ExpiresAt = Timestamp.FromDateTimeOffset(time.GetUtcNow() + life),
        };
    }

    /// <summary>Where to download the deck of a node.</summary>
    /// <param name="request">Which node.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<CreateDownloadLinkResponse> LinkAsync(CreateDownloadLinkRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var life = Life(request.ExpiresIn, options.DownloadLife);
        if (request.ArtifactType != ArtifactType.Deck)
            throw IdentifierRules.Invalid($"artifact_type {request.ArtifactType} is not one that can be linked to: ask for the deck");
        if (request.NodeExecutionId is not { } id)
            throw IdentifierRules.Missing("node_execution_id");
        var node = await executions.GetNodeAsync(new() { Id = id }, cancellationToken);
        if (node.Closure?.DeckUri is not { Length: > 0 } deck)
            throw new RpcException(StatusCode.NotFound, $"node {id.NodeId} of execution {id.ExecutionId.Name} has no deck");
        var key = Key(deck, "the node's deck_uri");
        if (IsUploadOfAnother(key, id.ExecutionId.Project))
            throw new RpcException(StatusCode.PermissionDenied, $"the node's deck_uri {deck} leads to a file of another project");
        if (await artifacts.FindAsync(key, cancellationToken) is null)
            throw new RpcException(StatusCode.NotFound, $"{deck} does not exist yet; try again later");

        var links = new PreSignedURLs
        {
            SignedUrl = { (await artifacts.SignDownloadAsync(key, life, cancellationToken)).AbsoluteUri },
            ExpiresAt = Timestamp.FromDateTimeOffset(time.GetUtcNow() + life),
        };
        return new CreateDownloadLinkResponse
        {
            SignedUrl = { links.SignedUrl },
            ExpiresAt = links.ExpiresAt,
            PreSignedUrls = links,
        };
    }

    private async Task RequireFreeAsync(string key, byte[] md5, CancellationToken cancellationToken)
    {
        if (await artifacts.FindAsync(key, cancellationToken) is not { } there)
            return;
        if (md5.Length == 0 || there.Md5 is null || !there.Md5.AsSpan().SequenceEqual(md5))
        {
            throw new RpcException(
                StatusCode.AlreadyExists,
                $"file already exists at location [{artifacts.NativeUrl(key)}], specify a matching hash if you wish to rewrite"
            );
        }
    }

    private string Key(string nativeUrl, string field) =>
        artifacts.KeyOf(nativeUrl) ?? throw IdentifierRules.Invalid($"{field} [{nativeUrl}] is no file of the server's storage");

    private bool IsUploadOfAnother(string key, string project)
    {
        // Without a prefix nothing tells uploads from what tasks wrote.
        return options.Prefix.Length > 0
            && key.StartsWith(options.Prefix + "/", StringComparison.Ordinal)
            && !key.StartsWith($"{options.Prefix}/{project}/", StringComparison.Ordinal);
    }

    private static void RequirePlain(string value, string field)
    {
        IdentifierRules.Require(value, field);
        if (value.Contains('/', StringComparison.Ordinal))
            throw IdentifierRules.Invalid($"{field} \"{value}\" has a slash");
    }

    private static TimeSpan Life(Duration? asked, TimeSpan longest)
    {
        if (asked is null)
            return longest;
        if (asked is not { Seconds: >= 0 and <= int.MaxValue, Nanos: >= 0 and < 1_000_000_000 } || asked is { Seconds: 0, Nanos: 0 })
            throw IdentifierRules.Invalid($"expires_in {asked.Seconds}s is not a duration above 0");
        var life = TimeSpan.FromSeconds(asked.Seconds) + TimeSpan.FromTicks(asked.Nanos / 100);
        return life <= longest
            ? life
            : throw IdentifierRules.Invalid(
                $"expires_in [{asked.Seconds}s] cannot exceed max allowed expiration [{longest.TotalSeconds:0}s]"
            );
    }
}
