using System.Net;
using Transponder.Cloud.Aws;
using Transponder.Core.Data;
using Transponder.Notifiers;
using Transponder.Protocol;

namespace Transponder.Integrations.Artifacts.S3;

/// <summary>Files in a bucket. Clients send and fetch them without the server, by presigned URLs; the server itself only asks whether one is there.</summary>
public sealed class S3ArtifactStore : IArtifactStore, IDisposable
{
    private const string Md5Metadata = "x-amz-meta-flyteContentMD5";
    private static readonly TimeSpan OwnRequest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly S3Options options;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        }
    );

    /// <summary>Makes a store; nothing is connected yet.</summary>
    /// <param name="options">Which bucket, and how it is reached.</param>
    /// <param name="time">The time.</param>
    public S3ArtifactStore(S3Options options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.time) = (options, time);
    }

    /// <inheritdoc/>
    public string NativeUrl(string key) => $"s3://{options.Bucket}/{key}";

    /// <inheritdoc/>
    public string? KeyOf(string nativeUrl)
    {
        ArgumentNullException.ThrowIfNull(nativeUrl);
        var prefix = $"s3://{options.Bucket}/";
        return nativeUrl.StartsWith(prefix, StringComparison.Ordinal) && ArtifactKey.IsPlain(nativeUrl[prefix.Length..])
            ? nativeUrl[prefix.Length..]
            : null;
    }

    /// <inheritdoc/>
    public async Task<ArtifactInfo?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var url = await SignAsync("HEAD", key, OwnRequest, options.Endpoint, [], cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Head, url);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await http.SendAsync(request, patience.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new ArtifactInfo(Md5(response)),
                HttpStatusCode.NotFound => null,
                var other => throw new RpcException(
                    StatusCode.Internal,
                    $"bucket {options.Bucket} answers {(int)other} when it is asked for a file: check its name, region and the server's permission"
                ),
            };
        }
        catch (Exception error)
            when (error is HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new RpcException(StatusCode.Unavailable, $"bucket {options.Bucket} cannot be reached; try again");
        }
    }

    /// <inheritdoc/>
    public async Task<SignedUpload> SignUploadAsync(string key, UploadTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var headers = new Dictionary<string, string>();
        if (terms.Md5.Length > 0)
            headers["Content-MD5"] = Convert.ToBase64String(terms.Md5);
        if (terms.KeepMd5)
            headers[Md5Metadata] = Convert.ToBase64String(terms.Md5);
        return new SignedUpload(await SignAsync("PUT", key, terms.Life, Public, headers, cancellationToken), headers);
    }

    /// <inheritdoc/>
    public Task<Uri> SignDownloadAsync(string key, TimeSpan life, CancellationToken cancellationToken) =>
        SignAsync("GET", key, life, Public, [], cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    private Uri? Public => options.PublicEndpoint ?? options.Endpoint;

    private async Task<Uri> SignAsync(
        string method,
        string key,
        TimeSpan life,
        Uri? endpoint,
        Dictionary<string, string> headers,
        CancellationToken cancellationToken
    )
    {
        var inPath = options.PathStyle || options.Bucket.Contains('.', StringComparison.Ordinal);
        var service = endpoint ?? new Uri($"https://s3.{options.Region}.amazonaws.com");
        var request = new S3Request
        {
            Method = method,
            Address = inPath ? service : new UriBuilder(service) { Host = $"{options.Bucket}.{service.Host}" }.Uri,
            Path = inPath ? $"/{options.Bucket}/{key}" : $"/{key}",
            Region = options.Region,
            Life = life,
            Headers = headers,
        };
        return S3Presigner.Sign(request, await CredentialsAsync(cancellationToken), time.GetUtcNow());
    }

    private async Task<AwsCredentials> CredentialsAsync(CancellationToken cancellationToken)
    {
        if (options.AccessKey is { } id && options.SecretKey is { } key)
            return new AwsCredentials(Resolve(id), Resolve(key));
        try
        {
            return await AwsCredentialChain.GetAsync(cancellationToken);
        }
        catch (AwsCredentialException error)
        {
            throw new RpcException(StatusCode.FailedPrecondition, $"the server cannot sign for bucket {options.Bucket}: {error.Message}");
        }
    }

    private static string Resolve(SecretRef secret) =>
        secret.TryResolve(out var value, out var problem)
            ? value
            : throw new RpcException(StatusCode.FailedPrecondition, $"the server cannot sign URLs: {problem}");

    // An object that came in one piece has its MD5 as ETag; one that came in several has something else there.
    private static byte[]? Md5(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(Md5Metadata, out var kept) && Parsed(kept.First()) is { } own)
            return own;
        var tag = response.Headers.ETag?.Tag.Trim('"') ?? "";
        return tag.Length == 32 && tag.All(char.IsAsciiHexDigit) ? Convert.FromHexString(tag) : null;
    }

    private static byte[]? Parsed(string base64)
    {
        Span<byte> md5 = stackalloc byte[16];
        return Convert.TryFromBase64String(base64, md5, out var written) && written == md5.Length ? md5.ToArray() : null;
    }
}
