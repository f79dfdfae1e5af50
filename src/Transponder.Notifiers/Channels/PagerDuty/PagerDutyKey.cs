using System.Security.Cryptography;
using System.Text;

namespace Transponder.Notifiers.Channels.PagerDuty;

/// <summary>The <c>dedup_key</c> under which PagerDuty knows an incident: at most 255 characters of ASCII, equal for equal incidents.</summary>
internal static class PagerDutyKey
{
    private const int Longest = 255;

    /// <summary>The key itself where PagerDuty takes it as it is; else a hash of it.</summary>
    public static string Of(string key) =>
        key.Length is > 0 and <= Longest && key.All(c => c is > ' ' and <= '~')
            ? key
            : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
