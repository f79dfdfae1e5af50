using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Transponder.Server.Wire.Reflection;

/// <summary>The served files and all that they import, by file name, by symbol and by extended type.</summary>
internal sealed class SchemaIndex
{
    private readonly Dictionary<string, FileDescriptor> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> extensions = new(StringComparer.Ordinal);

    public SchemaIndex(IEnumerable<FileDescriptor> roots)
    {
        foreach (var root in roots)
        {
            Add(root);
        }
    }

    public IEnumerable<FileDescriptor> Files => files.Values;

    public FileDescriptor? FindFile(string name) => files.GetValueOrDefault(name);

    public FileDescriptor? FindSymbol(string fullName) => symbols.GetValueOrDefault(fullName);

    public FileDescriptor? FindExtension(string extendedType, int number) =>
        extensions.TryGetValue(extendedType, out var byNumber) ? byNumber.GetValueOrDefault(number) : null;

    /// <summary>The numbers of all extensions of a type; null if the type is not known.</summary>
    public IReadOnlyCollection<int>? ExtensionNumbers(string extendedType) =>
        extensions.TryGetValue(extendedType, out var byNumber) ? byNumber.Keys
        : symbols.ContainsKey(extendedType) ? []
        : null;

    /// <summary>A file and everything it imports, each once, as serialised descriptors.</summary>
    public static IEnumerable<ByteString> WithImports(FileDescriptor file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<FileDescriptor>([file]);
        while (queue.TryDequeue(out var next))
        {
            if (seen.Add(next.Name))
            {
                yield return next.SerializedData;
                foreach (var import in next.Dependencies)
                {
                    queue.Enqueue(import);
                }
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }

        foreach (var message in file.MessageTypes)
        {
            AddMessage(message);
        }

        foreach (var value in file.EnumTypes)
        {
            AddEnum(value);
        }

        foreach (var service in file.Services)
        {
            symbols[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                symbols[method.FullName] = file;
            }
        }

        AddExtensions(file, file.Extensions.UnorderedExtensions);
    }

    private void AddMessage(MessageDescriptor message)
    {
        symbols[message.FullName] = message.File;
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            symbols[field.FullName] = message.File;
        }

        foreach (var oneof in message.Oneofs)
        {
            symbols[oneof.FullName] = message.File;
        }

        foreach (var nested in message.NestedTypes)
        {
            AddMessage(nested);
        }

        foreach (var nested in message.EnumTypes)
        {
            AddEnum(nested);
        }

        AddExtensions(message.File, message.Extensions.UnorderedExtensions);
    }

    private void AddEnum(EnumDescriptor type)
    {
        symbols[type.FullName] = type.File;
        foreach (var value in type.Values)
        {
            symbols[value.FullName] = type.File;
        }
    }

    private void AddExtensions(FileDescriptor file, IEnumerable<FieldDescriptor> declared)
    {
        foreach (var extension in declared)
        {
            symbols[extension.FullName] = file;
            var extendee = extension.ExtendeeType.FullName;
            if (!extensions.TryGetValue(extendee, out var byNumber))
            {
                extensions[extendee] = byNumber = [];
            }

            byNumber[extension.FieldNumber] = file;
        }
    }
}
