using System.Globalization;
using System.Security.Cryptography;
using Transponder.Core.Data;

namespace Transponder.Integrations.Artifacts.Local;

/// <summary>
/// Files in a directory. The signed URLs lead to the server's own HTTP port, which hands what they carry to <see cref="OpenForReading"/> and
/// <see cref="ReceiveAsync"/>; a file appears whole or not at all.
/// </summary>
public sealed class LocalArtifactStore : IArtifactStore
{
    /// <summary>The path on the HTTP port below which the files are.</summary>
    public const string Route = "/artifacts/";

    private const int Block = 64 * 1024;

    private readonly LocalArtifactOptions options;
    private readonly string root;
    private readonly Func<Uri> address;
    private readonly TimeProvider time;
    private readonly Lazy<LinkSigner> signer;

    /// <summary>Makes a store; nothing is touched yet.</summary>
    /// <param name="options">Where, and how large.</param>
    /// <param name="address">Where the HTTP port listens, for want of a public address.</param>
    /// <param name="time">The time.</param>
    public LocalArtifactStore(LocalArtifactOptions options, Func<Uri> address, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.address, this.time) = (options, address, time);
        root = Path.GetFullPath(options.Directory);
        signer = new Lazy<LinkSigner>(() =>
        {
            Directory.CreateDirectory(root);
            return LinkSigner.Open(Path.Combine(root, ".signing-key"));
        });
    }

    /// <inheritdoc/>
    public string NativeUrl(string key) => new Uri(PathOf(key)).AbsoluteUri;

    /// <inheritdoc/>
    public string? KeyOf(string nativeUrl)
    {
        if (!Uri.TryCreate(nativeUrl, UriKind.Absolute, out var url) || !url.IsFile || url.Host.Length > 0)
            return null;
        var path = url.LocalPath;
        if (!path.StartsWith(root + "/", StringComparison.Ordinal))
            return null;
        var key = path[(root.Length + 1)..];
        return IsKey(key) ? key : null;
    }

    /// <inheritdoc/>
    public async Task<ArtifactInfo?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (OpenForReading(key) is not { } file)
            return null;
        await using (file)
            return new ArtifactInfo(await CryptographicOperations.HashDataAsync(HashAlgorithmName.MD5, file, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<SignedUpload> SignUploadAsync(string key, UploadTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var md5 = Convert.ToBase64String(terms.Md5);
        var headers = md5.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Content-MD5"] = md5 };
        return Task.FromResult(new SignedUpload(Sign("PUT", key, terms.Life, md5), headers));
    }

    /// <inheritdoc/>
    public Task<Uri> SignDownloadAsync(string key, TimeSpan life, CancellationToken cancellationToken) =>
        Task.FromResult(Sign("GET", key, life, ""));

    /// <summary>The largest file that is taken.</summary>
    public long MaxUploadBytes => options.MaxUploadBytes;

    /// <summary>Whether a URL permits a request now.</summary>
    /// <param name="method">PUT or GET.</param>
    /// <param name="key">The file, as the URL names it.</param>
    /// <param name="link">What else the URL carries.</param>
    public LinkState Check(string method, string key, SignedLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        if (!IsKey(key) || !signer.Value.IsSigned(new Permission(method, key, link.ExpiresAt, link.Md5), link.Signature))
            return LinkState.Forged;
        return time.GetUtcNow().ToUnixTimeSeconds() < link.ExpiresAt ? LinkState.Valid : LinkState.Expired;
    }

    /// <summary>A file's content; null if there is none.</summary>
    /// <param name="key">The file's key.</param>
    public FileStream? OpenForReading(string key)
    {
        try
        {
            return new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Block, useAsync: true);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes a file. What is there already is replaced when the new content is whole, and synced to the disk.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="content">The content.</param>
    /// <param name="md5">The MD5 that it must have, in base64; empty = any.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<ReceiveResult> ReceiveAsync(string key, Stream content, string md5, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = PathOf(key);
        var incoming = Directory.CreateDirectory(Path.Combine(root, ".incoming")).FullName;
        var draft = Path.Combine(incoming, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, Block, useAsync: true))
            {
                var result = await CopyAsync(content, file, md5, cancellationToken);
                if (result != ReceiveResult.Stored)
                    return result;
                file.Flush(flushToDisk: true);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(draft, path, overwrite: true);
            return ReceiveResult.Stored;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && (Directory.Exists(path) || IsBelowAFile(path)))
        {
            return ReceiveResult.Blocked;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private async Task<ReceiveResult> CopyAsync(Stream content, FileStream file, string md5, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var block = new byte[Block];
        int read;
        while ((read = await content.ReadAsync(block, cancellationToken)) > 0)
        {
            if (file.Length + read > options.MaxUploadBytes)
                return ReceiveResult.TooLarge;
            hash.AppendData(block.AsSpan(0, read));
            await file.WriteAsync(block.AsMemory(0, read), cancellationToken);
        }

        return md5.Length == 0 || md5 == Convert.ToBase64String(hash.GetHashAndReset()) ? ReceiveResult.Stored : ReceiveResult.WrongContent;
    }

    private Uri Sign(string method, string key, TimeSpan life, string md5)
    {
        var expires = (time.GetUtcNow() + life).ToUnixTimeSeconds();
        var signature = signer.Value.Sign(new Permission(method, key, expires, md5));
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        var query = string.Create(CultureInfo.InvariantCulture, $"expires={expires}&md5={Uri.EscapeDataString(md5)}&signature={signature}");
        var at = (options.PublicUrl ?? address()).AbsoluteUri.TrimEnd('/');
        return new Uri($"{at}{Route}{path}?{query}");
    }

    // What starts with a dot in the root is the store's own.
    private static bool IsKey(string key) => ArtifactKey.IsPlain(key) && !key.StartsWith('.');

    private string PathOf(string key) =>
        IsKey(key) ? Path.Combine(root, key) : throw new ArgumentException($"\"{key}\" is no key", nameof(key));

    private bool IsBelowAFile(string path)
    {
        for (var at = Path.GetDirectoryName(path); at is not null && at.Length > root.Length; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
                return true;
        }

        return false;
    }
}
