using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Transponder.Cloud.Aws;

/// <summary>What all forms of Signature Version 4 share: the time, the scope, the derived key.</summary>
internal readonly record struct AwsSignature
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    private readonly AwsCredentials credentials;
    private readonly string region;
    private readonly string service;

    public AwsSignature(AwsCredentials credentials, string region, string service, DateTimeOffset now)
    {
        (this.credentials, this.region, this.service) = (credentials, region, service);
        Time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    }

    public string Time { get; }

    public string Scope => $"{Time[..8]}/{region}/{service}/aws4_request";

    public string Credential => $"{credentials.AccessKey}/{Scope}";

    public string Of(string canonicalRequest)
    {
        var text = $"{Algorithm}\n{Time}\n{Scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";
        var key = Hmac(Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey), Time[..8]);
        key = Hmac(Hmac(Hmac(key, region), service), "aws4_request");
        return Convert.ToHexStringLower(Hmac(key, text));
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
