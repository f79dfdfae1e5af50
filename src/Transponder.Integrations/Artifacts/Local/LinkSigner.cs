using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Transponder.Integrations.Artifacts.Local;

/// <summary>Signs permissions: one method, one key, until a moment, with this content. The key of signatures is kept beside the files.</summary>
internal sealed class LinkSigner
{
    private const int KeyLength = 32;
    private readonly byte[] secret;

    private LinkSigner(byte[] secret) => this.secret = secret;

    /// <summary>Takes the directory's key, or makes one; of several processes that start at once, all take the first one's.</summary>
    public static LinkSigner Open(string file)
    {
        if (!File.Exists(file))
            Make(file);
        var secret = File.ReadAllBytes(file);
        return secret.Length == KeyLength
            ? new LinkSigner(secret)
            : throw new InvalidDataException($"{file} is not a key of {KeyLength} bytes: remove it, and all signed URLs end");
    }

    public string Sign(Permission permission) => Encode(Mac(permission));

    public bool IsSigned(Permission permission, string signature)
    {
        Span<byte> given = stackalloc byte[32];
        return TryDecode(signature, given) && CryptographicOperations.FixedTimeEquals(given, Mac(permission));
    }

    private byte[] Mac(Permission permission)
    {
        // A key has no line breaks, so that no two permissions have one text.
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{permission.Method}\n{permission.Key}\n{permission.ExpiresAt}\n{permission.Md5}"
        );
        return HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text));
    }

    private static void Make(string file)
    {
        var mine = file + "." + Guid.NewGuid().ToString("N");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(mine, options))
        {
            stream.Write(RandomNumberGenerator.GetBytes(KeyLength));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(mine, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(mine);
        }
    }

    private static string Encode(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static bool TryDecode(string text, Span<byte> bytes) =>
        text.Length == bytes.Length * 2
        && Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
        && written == bytes.Length;
}

/// <summary>What a signed URL permits.</summary>
/// <param name="Method">PUT or GET.</param>
/// <param name="Key">The file.</param>
/// <param name="ExpiresAt">Until when, in Unix seconds.</param>
/// <param name="Md5">The MD5 that the content must have, in base64; empty = any.</param>
internal sealed record Permission(string Method, string Key, long ExpiresAt, string Md5);
