using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Transponder.Notifiers.Channels.Webhook;

/// <summary>
/// Signatures of the Standard Webhooks specification, version <c>v1</c>: HMAC-SHA256 over <c>id.timestamp.body</c>. Signs what we send, and checks
/// it for receivers that are written in .NET.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header that carries the message's id.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header that carries the moment of the attempt, in seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header that carries the signatures, separated by blanks.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string VersionPrefix = "v1,";
    private static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Says what is wrong with a secret; null when it can sign.</summary>
    /// <param name="secret">The secret: <c>whsec_</c> and base64, or any other text, which is then used byte for byte.</param>
    public static string? CheckSecret(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return TryKey(secret, out _) ? null : "the signing secret begins with whsec_, but base64 does not follow";
    }

    /// <summary>Makes the value of the signature header: one signature per secret.</summary>
    /// <param name="id">The message's id.</param>
    /// <param name="timestamp">The moment of the attempt.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="secrets">The secrets, the present one first.</param>
    public static string Sign(string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(secrets);
        var content = SignedContent(id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body);
        var signatures = new string[secrets.Count];
        for (var i = 0; i < signatures.Length; i++)
        {
            if (!TryKey(secrets[i], out var key))
                throw new ArgumentException(CheckSecret(secrets[i]), nameof(secrets));
            signatures[i] = VersionPrefix + Convert.ToBase64String(HMACSHA256.HashData(key, content));
        }
        return string.Join(' ', signatures);
    }

    /// <summary>Whether a request is genuine and fresh. Compares in constant time.</summary>
    /// <param name="id">The id header.</param>
    /// <param name="timestamp">The timestamp header.</param>
    /// <param name="signature">The signature header; one match among its signatures is enough.</param>
    /// <param name="body">The request's body, byte for byte as received.</param>
    /// <param name="secrets">The secrets that are accepted.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="tolerance">How far the timestamp may be from it; null = 5 minutes.</param>
    public static bool Verify(
        string? id,
        string? timestamp,
        string? signature,
        ReadOnlySpan<byte> body,
        IReadOnlyList<string> secrets,
        DateTimeOffset now,
        TimeSpan? tolerance = null
    )
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signature) || !IsFresh(timestamp, now, tolerance ?? DefaultTolerance))
            return false;

        var content = SignedContent(id, timestamp!, body);
        var genuine = false;
        foreach (var secret in secrets)
        {
            if (!TryKey(secret, out var key))
                continue;
            var expected = Encoding.ASCII.GetBytes(VersionPrefix + Convert.ToBase64String(HMACSHA256.HashData(key, content)));
            foreach (var candidate in signature.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                genuine |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(candidate));
        }
        return genuine;
    }

    private static bool IsFresh(string? timestamp, DateTimeOffset now, TimeSpan tolerance) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) <= (decimal)tolerance.TotalSeconds;

    private static byte[] SignedContent(string id, string timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];

    private static bool TryKey(string secret, [NotNullWhen(true)] out byte[]? key)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            key = Encoding.UTF8.GetBytes(secret);
            return true;
        }

        var encoded = secret[SecretPrefix.Length..].TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var decoded = new byte[encoded.Length];
        var padded = encoded.PadRight((encoded.Length + 3) / 4 * 4, '=');
        key = Convert.TryFromBase64String(padded, decoded, out var length) && length > 0 ? decoded[..length] : null;
        return key is not null;
    }
}
