namespace Transponder.Protocol.Json;

/// <summary>How fields are spelled in JSON.</summary>
public enum JsonFieldNames
{
    /// <summary>lowerCamelCase, proto3 JSON's default.</summary>
    Camel,

    /// <summary>As in the .proto file.</summary>
    Proto,
}
