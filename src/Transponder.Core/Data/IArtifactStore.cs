namespace Transponder.Core.Data;

/// <summary>
/// Where users' files are kept. Clients reach them by signed URLs that permit one kind of request to one file for a while, so that the files do not
/// go through the API. A key is a path of plain segments: never empty, <c>.</c> or <c>..</c>.
/// </summary>
public interface IArtifactStore
{
    /// <summary>The URL by which tasks know a file: <c>s3://…</c>, <c>file://…</c>.</summary>
    /// <param name="key">The file's key.</param>
    string NativeUrl(string key);

    /// <summary>The key of a native URL; null if it is not a file of this store.</summary>
    /// <param name="nativeUrl">The URL.</param>
    string? KeyOf(string nativeUrl);

    /// <summary>What is known of a file; null if there is none.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    Task<ArtifactInfo?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Permits a file to be written.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="terms">What the upload is held to.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<SignedUpload> SignUploadAsync(string key, UploadTerms terms, CancellationToken cancellationToken);

    /// <summary>Permits a file to be read.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="life">For how long.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<Uri> SignDownloadAsync(string key, TimeSpan life, CancellationToken cancellationToken);
}

/// <summary>A file that is there.</summary>
/// <param name="Md5">The MD5 of its content; null when the store cannot tell.</param>
public sealed record ArtifactInfo(byte[]? Md5);

/// <summary>What an upload is held to.</summary>
/// <param name="Md5">The MD5 that the content must have; empty = any content.</param>
/// <param name="KeepMd5">Whether the file is to carry its MD5 as metadata.</param>
/// <param name="Life">For how long the permission holds.</param>
public sealed record UploadTerms(byte[] Md5, bool KeepMd5, TimeSpan Life);

/// <summary>A permission to write a file.</summary>
/// <param name="Url">Where to PUT the content.</param>
/// <param name="Headers">What the request must carry.</param>
public sealed record SignedUpload(Uri Url, IReadOnlyDictionary<string, string> Headers);
