using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Transponder.Client.Values;

/// <summary>What a literal's value is as another .NET type; one that it cannot be is an <see cref="InvalidCastException"/>.</summary>
internal static class ValueConversion
{
    private static readonly JsonSerializerOptions Reading = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static object? To(object? value, Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => type.IsValueType && target == type ? throw Impossible(value, type) : null,
            _ when target.IsInstanceOfType(value) => value,
            JsonElement json => json.Deserialize(target, Reading),
            string text when target.IsEnum => Enum.TryParse(target, text, out var constant) ? constant : throw Impossible(value, type),
            DateTimeOffset time when target == typeof(DateTime) => time.UtcDateTime,
            IReadOnlyList<object?> list when ElementOf(target) is { } element => List(list, target, element),
            IReadOnlyDictionary<string, object?> map when ValueOf(target) is { } element => Map(map, element),
            long or double when IsNumeric(target) => Number(value, target),
            _ => throw Impossible(value, type),
        };
    }

    private static object Number(object value, Type target)
    {
        var converted = Convert.ChangeType(value, target, CultureInfo.InvariantCulture);
        // ChangeType rounds; a half that is asked for as an integer is a mistake.
        return value is double number && Convert.ToDouble(converted, CultureInfo.InvariantCulture) != number && target != typeof(float)
            ? throw Impossible(value, target)
            : converted;
    }

    private static object List(IReadOnlyList<object?> values, Type target, Type element)
    {
        var array = Array.CreateInstance(element, values.Count);
        for (var i = 0; i < values.Count; i++)
            array.SetValue(To(values[i], element), i);
        return target.IsAssignableFrom(array.GetType()) ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(element), array)!;
    }

    private static IDictionary Map(IReadOnlyDictionary<string, object?> values, Type element)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
        foreach (var (key, value) in values)
            map[key] = To(value, element);
        return map;
    }

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableFrom(typeof(List<>).MakeGenericType(type.GetGenericArguments()[0]))
            ? type.GetGenericArguments()[0]
        : null;

    private static Type? ValueOf(Type type) =>
        type.IsGenericType
        && type.GetGenericArguments() is [var key, var value]
        && key == typeof(string)
        && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, value))
            ? value
            : null;

    private static bool IsNumeric(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal && !type.IsEnum;

    private static InvalidCastException Impossible(object? value, Type type) =>
        new($"{LiteralTypeName.OfValue(value)} cannot be read as {type.Name}");
}
