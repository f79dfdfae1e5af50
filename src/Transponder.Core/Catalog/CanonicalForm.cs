using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Transponder.Core.Catalog;

/// <summary>
/// A message as sorted <c>path = value</c> pairs: the same for equal messages whatever the order of their maps, so that it can be hashed, and two
/// of them can be compared in words. A message field that is empty counts as absent, except where its presence says something.
/// </summary>
public sealed class CanonicalForm
{
    private const int MostDifferences = 20;
    private const int LongestValue = 120;

    private readonly SortedDictionary<string, string> values = new(StringComparer.Ordinal);

    private CanonicalForm() { }

    /// <summary>The canonical form of a message.</summary>
    /// <param name="message">The message.</param>
    public static CanonicalForm Of(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var form = new CanonicalForm();
        form.AddMessage("", message);
        return form;
    }

    /// <summary>SHA-256 over all pairs.</summary>
    public byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, value) in values)
        {
            Append(hash, path);
            Append(hash, value);
        }
        return hash.GetHashAndReset();
    }

    /// <summary>What differs from another form, one line each: the path, its value here, its value there.</summary>
    /// <param name="other">The other form.</param>
    public string DifferencesFrom(CanonicalForm other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var paths = values
            .Keys.Union(other.values.Keys, StringComparer.Ordinal)
            .Where(p => Value(p) != other.Value(p))
            .Order(StringComparer.Ordinal)
            .ToList();
        var text = new StringBuilder();
        foreach (var path in paths.Take(MostDifferences))
            text.Append(CultureInfo.InvariantCulture, $"\n{path}: {Shown(Value(path))} now, {Shown(other.Value(path))} registered");
        if (paths.Count > MostDifferences)
            text.Append(CultureInfo.InvariantCulture, $"\n… and {paths.Count - MostDifferences} more");
        return text.ToString();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static string Shown(string? value) =>
        value switch
        {
            null => "nothing",
            { Length: > LongestValue } => value[..LongestValue] + "…",
            _ => value,
        };

    private string? Value(string path) => values.GetValueOrDefault(path);

    private bool AddMessage(string path, IMessage message)
    {
        var any = false;
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var name = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            any |= AddField(name, field, message);
        }
        return any;
    }

    private bool AddField(string path, FieldDescriptor field, IMessage message)
    {
        var value = field.Accessor.GetValue(message);
        if (field.IsMap)
            return AddMap(path, (IDictionary)value);
        if (field.IsRepeated)
            return AddList(path, (IList)value);
        if (field.HasPresence ? !field.Accessor.HasValue(message) : IsDefault(value))
            return false;
        if (value is not IMessage inner)
            return AddScalar(path, value);
        return AddMessage(path, inner) || (field.ContainingOneof is not null && AddEmpty(path));
    }

    private bool AddMap(string path, IDictionary map)
    {
        foreach (DictionaryEntry entry in map)
            AddElement($"{path}[{Text(entry.Key)}]", entry.Value);
        return map.Count > 0;
    }

    private bool AddList(string path, IList list)
    {
        for (var i = 0; i < list.Count; i++)
            AddElement(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), list[i]);
        return list.Count > 0;
    }

    private void AddElement(string path, object? value)
    {
        if (value is not IMessage message)
            AddScalar(path, value);
        else if (!AddMessage(path, message))
            AddEmpty(path);
    }

    private bool AddEmpty(string path) => AddScalar(path, "{}");

    private bool AddScalar(string path, object? value)
    {
        values[path] = Text(value);
        return true;
    }

    private static bool IsDefault(object? value) =>
        value switch
        {
            null => true,
            string s => s.Length == 0,
            ByteString b => b.IsEmpty,
            bool b => !b,
            Enum e => Convert.ToInt32(e, CultureInfo.InvariantCulture) == 0,
            IConvertible n => n.ToDouble(CultureInfo.InvariantCulture) is 0.0,
            _ => false,
        };

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string s => s,
            ByteString b => b.ToBase64(),
            bool b => b ? "true" : "false",
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
}
