using System.Reflection;

namespace Transponder.Tests.Architecture;

/// <summary>Types as C# writes them, without namespaces and with the marks of what may be null.</summary>
internal sealed class SurfaceNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    private readonly NullabilityInfoContext nullability = new();

    public string Of(ParameterInfo parameter) =>
        (
            parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? "ref "
            : ""
        ) + Of(nullability.Create(parameter));

    public string Of(PropertyInfo property) => Of(nullability.Create(property));

    public string Of(FieldInfo field) => Of(nullability.Create(field));

    public string Of(Type type) => Write(type, type.GetGenericArguments().Select(Of));

    // Flyte's launch plan and ours have one name, and so have its tasks and .NET's.
    private static bool IsOfTheIdl(Type type) => type.Namespace?.StartsWith("Flyteidl.", StringComparison.Ordinal) == true;

    /// <summary>A type's own name with its parameters' names.</summary>
    public static string Simple(Type type) => type.Name.Split('`')[0];

    /// <summary>A type with its namespace and the types that it lies in.</summary>
    public string Full(Type type) => type.IsNested ? $"{Full(type.DeclaringType!)}.{Of(type)}" : $"{type.Namespace}.{Of(type)}";

    private string Of(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        var name =
            type.IsArray && info.ElementType is { } element ? $"{Of(element)}[]"
            : info.GenericTypeArguments.Length == type.GetGenericArguments().Length ? Write(type, info.GenericTypeArguments.Select(Of))
            : Of(type);
        return !type.IsValueType && info.ReadState == NullabilityState.Nullable ? $"{name}?" : name;
    }

    private string Write(Type type, IEnumerable<string> arguments)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return arguments.FirstOrDefault() is { } inner && inner.EndsWith('?') ? inner : $"{Of(value)}?";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        var name = IsOfTheIdl(type) ? type.FullName!.Replace('+', '.') : Simple(type);
        var listed = arguments.ToList();
        return type.IsGenericType && listed.Count > 0 && type.Name.Contains('`') ? $"{name}<{string.Join(", ", listed)}>" : name;
    }
}
