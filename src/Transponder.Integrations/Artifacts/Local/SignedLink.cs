namespace Transponder.Integrations.Artifacts.Local;

/// <summary>What a signed URL carries besides the file's key.</summary>
/// <param name="ExpiresAt">Until when it holds, in Unix seconds.</param>
/// <param name="Md5">The MD5 that an upload must have, in base64; empty = any.</param>
/// <param name="Signature">The signature.</param>
public sealed record SignedLink(long ExpiresAt, string Md5, string Signature);

/// <summary>What a signed URL is worth.</summary>
public enum LinkState
{
    /// <summary>It permits the request.</summary>
    Valid,

    /// <summary>It did.</summary>
    Expired,

    /// <summary>It never permitted this request.</summary>
    Forged,
}

/// <summary>What became of an upload.</summary>
public enum ReceiveResult
{
    /// <summary>The file is there, and on the disk.</summary>
    Stored,

    /// <summary>It is larger than files may be.</summary>
    TooLarge,

    /// <summary>Its MD5 is another than was announced.</summary>
    WrongContent,

    /// <summary>A file stands where its directory would be, or a directory where it would be.</summary>
    Blocked,
}
