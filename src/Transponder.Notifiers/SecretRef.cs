using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Transponder.Notifiers;

/// <summary>
/// Where a secret is kept: an environment variable, a file, or memory. The value is read at each use, so that a rotated file takes effect by
/// itself, and is never part of a text: <see cref="ToString"/> gives <c>***</c> and problems name only the variable or the file.
/// </summary>
public sealed record SecretRef
{
    private const int LargestFile = 64 * 1024;
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\\0=\r\n");

    private readonly string? variable;
    private readonly string? file;
    private readonly string? literal;

    // A second variable to look at, and that blanks around the value are none of it: as Flyte's mounts want it.
    private readonly string? elsewhere;
    private readonly bool trimmed;

    private SecretRef(string? variable, string? file, string? literal, string? elsewhere = null, bool trimmed = false)
    {
        this.variable = variable;
        this.file = file;
        this.literal = literal;
        this.elsewhere = elsewhere;
        this.trimmed = trimmed;
    }

    /// <summary>A secret in an environment variable.</summary>
    /// <param name="name">The variable's name.</param>
    public static SecretRef FromEnvironment(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SecretRef(name, null, null);
    }

    /// <summary>A secret in a file; white space at its end does not belong to it.</summary>
    /// <param name="path">The file's path.</param>
    public static SecretRef FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SecretRef(null, path, null);
    }

    /// <summary>A secret that the caller holds already.</summary>
    /// <param name="value">The secret itself.</param>
    public static SecretRef FromValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new SecretRef(null, null, value);
    }

    /// <summary>A secret under Flyte's name for it: the variable <c>FLYTE_SECRET_</c> + name if that is set, else the file of that name.</summary>
    /// <param name="name">The secret's name, its case kept.</param>
    /// <param name="directory">Where the files are mounted.</param>
    public static SecretRef FromFlyteSecret(string name, string directory = "/etc/secrets")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SecretRef("FLYTE_SECRET_" + name, Path.Combine(directory, name), null);
    }

    /// <summary>
    /// A secret as Flyte mounts it into a task's pod: the variable prefix + <c>GROUP_KEY</c> in upper case if that is set, else the file
    /// <c>group/key</c> in lower case. White space around it does not belong to it.
    /// </summary>
    /// <param name="group">The secret's group; null or empty when it has none.</param>
    /// <param name="key">The secret's key.</param>
    /// <param name="prefix">What the variable's name begins with.</param>
    /// <param name="directory">Where the files are mounted.</param>
    public static SecretRef FromFlyteMount(string? group, string key, string prefix = "_FSEC_", string directory = "/etc/secrets") =>
        FromMount(group, key, prefix, directory, "", local: false);

    /// <summary>The same with the prefix of files' names, and outside of Flyte with the variable <c>GROUP_KEY</c> too.</summary>
    internal static SecretRef FromMount(string? group, string key, string prefix, string directory, string filePrefix, bool local)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        CheckPart(group ?? "", nameof(group));
        CheckPart(key, nameof(key));
        var name = (string.IsNullOrEmpty(group) ? key : $"{group}_{key}").ToUpperInvariant();
        var file = Path.Combine(directory, (group ?? "").ToLowerInvariant(), filePrefix + key.ToLowerInvariant());
        return new SecretRef(prefix + name, file, null, local ? name : null, trimmed: true);
    }

    /// <summary>Where the secret is looked for, without the secret: <c>environment variable X</c>, <c>file Y</c>.</summary>
    public string Place =>
        (variable, file) switch
        {
            ({ } v, { } f) => $"environment variable {v} or file {f}",
            ({ } v, _) => $"environment variable {v}",
            (_, { } f) => $"file {f}",
            _ => "a literal value",
        };

    /// <summary>Reads the secret.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="problem">Why it could not be read, naming the place and never the value.</param>
    public bool TryResolve([NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        value = literal ?? (variable is null ? null : Environment.GetEnvironmentVariable(variable));
        if (value is null && elsewhere is not null)
            value = Environment.GetEnvironmentVariable(elsewhere);
        if (value is null && file is not null)
            value = Read(file, out problem);
        if (trimmed)
            value = value?.Trim();

        if (string.IsNullOrEmpty(value))
        {
            var state = (value, variable) switch
            {
                ("", _) => "is empty",
                (_, not null) when file is null => "is not set",
                _ => problem ?? "cannot be read",
            };
            problem = $"{Place} {state}";
            value = null;
            return false;
        }

        problem = null;
        return true;
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";

    private static void CheckPart(string part, string name)
    {
        if (part.AsSpan().ContainsAny(NotInNames) || part is "." or "..")
            throw new ArgumentException("a secret's group and key are plain names, without a path in them", name);
    }

    private static string? Read(string path, out string? problem)
    {
        problem = null;
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[LargestFile + 1];
            var length = reader.ReadBlock(buffer);
            if (length > LargestFile)
            {
                problem = "is larger than 64 KB";
                return null;
            }
            return new string(buffer, 0, length).TrimEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist",
                UnauthorizedAccessException => "may not be read",
                _ => "cannot be read",
            };
            return null;
        }
    }
}
