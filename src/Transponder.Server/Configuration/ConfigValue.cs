using System.Security.Cryptography;
using System.Text;

namespace Transponder.Server.Configuration;

/// <summary>A value of the configuration with its place: nothing, a scalar, a list, or a map with keys compared without regard to case.</summary>
internal sealed class ConfigValue
{
    public required string File { get; init; }

    public required int Line { get; init; }

    /// <summary>The full key.</summary>
    public required string Key { get; init; }

    public string? Scalar { get; init; }

    public IReadOnlyList<ConfigValue>? List { get; init; }

    public IReadOnlyDictionary<string, ConfigValue>? Map { get; init; }

    /// <summary>True for <c>key:</c> with nothing after it.</summary>
    public bool IsEmpty => Scalar is null && List is null && Map is null;

    /// <summary>Lays a later file over this one: maps are joined, everything else is replaced.</summary>
    public ConfigValue Under(ConfigValue later)
    {
        if (Map is null || later.Map is null)
            return later.IsEmpty ? this : later;
        var joined = new Dictionary<string, ConfigValue>(Map, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in later.Map)
            joined[key] = joined.TryGetValue(key, out var mine) ? mine.Under(value) : value;
        return new ConfigValue
        {
            File = later.File,
            Line = later.Line,
            Key = Key,
            Map = joined,
        };
    }

    /// <summary>The same for values that say the same, wherever they stand.</summary>
    public string Digest()
    {
        var text = new StringBuilder();
        Write(text);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private void Write(StringBuilder text)
    {
        if (Scalar is not null)
            text.Append(Scalar.Length).Append(':').Append(Scalar);
        foreach (var item in List ?? [])
        {
            text.Append("\n- ");
            item.Write(text);
        }

        foreach (
            var (key, value) in (Map ?? new Dictionary<string, ConfigValue>()).OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase)
        )
        {
            text.Append("\n{").Append(key.ToUpperInvariant()).Append(' ');
            value.Write(text);
            text.Append('}');
        }
    }
}
