using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Transponder.Tests.Architecture;

/// <summary>All that users of an assembly can name, as sorted text: each type, and under it each of its members, much as C# writes them.</summary>
public sealed class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly SurfaceNames names = new();

    public static string Of(Assembly assembly)
    {
        var surface = new PublicSurface();
        var types =
            from type in assembly.GetTypes()
            where IsVisible(type) && !IsGenerated(type)
            orderby type.FullName
            select surface.Lines(type);
        return string.Join("\n\n", types.Select(lines => string.Join('\n', lines))) + '\n';
    }

    // What protoc writes has the shape of its .proto file, which has owners of its own.
    private static bool IsGenerated(Type type) =>
        type.Namespace?.StartsWith("Google.", StringComparison.Ordinal) == true
        || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    private IEnumerable<string> Lines(Type type)
    {
        yield return $"{Kind(type)} {names.Full(type)}{Bases(type)}";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield return $"  {Method(type.GetMethod("Invoke")!)}";
            yield break;
        }
        foreach (var line in Members(type).Distinct().Order(StringComparer.Ordinal))
            yield return $"  {line}";
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (typeof(Delegate).IsAssignableFrom(type))
            return "delegate";
        var noun =
            type.IsValueType ? "struct"
            : type.GetMethod("<Clone>$") is null ? "class"
            : "record";
        return type switch
        {
            { IsValueType: true } => noun,
            { IsAbstract: true, IsSealed: true } => $"static {noun}",
            { IsAbstract: true } => $"abstract {noun}",
            { IsSealed: true } => $"sealed {noun}",
            _ => noun,
        };
    }

    private string Bases(Type type)
    {
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
            return "";
        IEnumerable<Type> inherited = [.. type.BaseType?.GetInterfaces() ?? []];
        var bases = type.GetInterfaces()
            .Except(inherited)
            .Where(one => IsVisible(one) && !(one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>)))
            .Select(one => names.Of(one))
            .Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            bases = bases.Prepend(names.Of(parent)).Order(StringComparer.Ordinal);
        return bases.Any() ? " : " + string.Join(", ", bases) : "";
    }

    private IEnumerable<string> Members(Type type)
    {
        foreach (var field in type.GetFields(Declared).Where(field => (field.IsPublic || IsProtected(field)) && !field.IsSpecialName))
            yield return field.IsLiteral && type.IsEnum
                ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
                : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{names.Of(field)} {field.Name}";
        foreach (var property in type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen)))
            if (property.Name != "EqualityContract")
                yield return Property(property);
        foreach (var constructor in type.GetConstructors(Declared).Where(IsSeen))
            if (!IsCopy(constructor))
                yield return $"{Access(constructor)}{SurfaceNames.Simple(type)}({Parameters(constructor)})";
        foreach (var method in type.GetMethods(Declared).Where(method => IsSeen(method) && !IsOfRecords(method)))
            yield return Method(method);
        foreach (var happening in type.GetEvents(Declared).Where(one => IsSeen(one.AddMethod!)))
            yield return $"event {names.Of(happening.EventHandlerType!)} {happening.Name}";
    }

    private string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsSeen).ToList();
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{Parameters(parameters)}]" : "";
        var name = index.Length > 0 ? "this" : property.Name;
        var setter =
            property.SetMethod is { } set && IsSeen(set)
                ? IsInit(set)
                    ? "init; "
                    : "set; "
                : "";
        var getter = property.GetMethod is { } get && IsSeen(get) ? "get; " : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Access(accessors[0])}{required}{names.Of(property)} {name}{index} {{ {getter}{setter}}}";
    }

    private string Method(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>" : "";
        var extends = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)}{names.Of(method.ReturnParameter)} {method.Name}{generics}({extends}{Parameters(method)})";
    }

    private string Parameters(MethodBase method) => Parameters(method.GetParameters());

    private string Parameters(IEnumerable<ParameterInfo> parameters) =>
        string.Join(", ", parameters.Select(one => $"{names.Of(one)} {one.Name}{(one.HasDefaultValue ? $" = {Default(one)}" : "")}"));

    private static string Default(ParameterInfo parameter) =>
        parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType ? "default" : "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => value.ToString()!,
        };

    private static string Access(MethodBase method) =>
        (IsProtected(method) ? "protected " : "")
        + (method.IsStatic ? "static " : "")
        + (method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "")
        + (
            method is MethodInfo { IsVirtual: true, IsAbstract: false, IsFinal: false } && !method.DeclaringType!.IsSealed
                ? IsOverride(method)
                    ? "override "
                    : "virtual "
                : ""
        );

    private static bool IsOverride(MethodBase method) =>
        method is MethodInfo info && info.GetBaseDefinition().DeclaringType != info.DeclaringType;

    private static bool IsSeen(MethodBase method) => method.IsPublic || IsProtected(method);

    private static bool IsProtected(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsProtected(FieldInfo field) => field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [var one]
        && one.ParameterType == constructor.DeclaringType
        && Kind(one.ParameterType).EndsWith("record", StringComparison.Ordinal);

    // Equality and printing come with every record; accessors are told by their properties.
    private static bool IsOfRecords(MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        || method.Name.Contains('<', StringComparison.Ordinal)
        || method.IsDefined(typeof(CompilerGeneratedAttribute))
        || method.Name is "PrintMembers";
}
