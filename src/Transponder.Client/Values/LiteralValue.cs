using Flyteidl.Core;

namespace Transponder.Client.Values;

/// <summary>.NET values as literals of Flyte, and literals as .NET values.</summary>
public static class LiteralValue
{
    /// <summary>The literal of a value; one that does not fit the type is an <see cref="InvalidInputsException"/>.</summary>
    /// <param name="value">The value; <see cref="Inputs"/> says which kinds there are.</param>
    /// <param name="type">The type that is expected; null = the one that is natural for the value.</param>
    /// <param name="path">What the value is called where it is wrong.</param>
    public static Literal From(object? value, LiteralType? type = null, string path = "value")
    {
        var writer = new LiteralWriter();
        var literal = writer.Write(value, type ?? LiteralInference.Of(value), path);
        writer.ThrowIfInvalid();
        return literal;
    }

    /// <summary>
    /// A literal's value: <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>, <see cref="TimeSpan"/>,
    /// bytes, a list, a dictionary, <see cref="System.Text.Json.JsonElement"/> for what is structured, a reference to what is kept elsewhere, or null.
    /// </summary>
    /// <param name="literal">The literal.</param>
    public static object? Of(Literal literal)
    {
        ArgumentNullException.ThrowIfNull(literal);
        return LiteralReader.Read(literal);
    }

    /// <summary>A literal's value as a type of one's own: numbers are converted, text becomes an enum, lists arrays, and what is structured objects.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="literal">The literal.</param>
    public static T? Of<T>(Literal literal) => (T?)ValueConversion.To(Of(literal), typeof(T));
}
