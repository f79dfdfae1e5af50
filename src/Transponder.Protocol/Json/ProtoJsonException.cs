namespace Transponder.Protocol.Json;

/// <summary>JSON that is not the message that it should be; the text names the field.</summary>
public sealed class ProtoJsonException : Exception
{
    /// <summary>Makes the failure.</summary>
    public ProtoJsonException(string message)
        : base(message) { }

    /// <summary>Makes the failure with what led to it.</summary>
    public ProtoJsonException(string message, Exception inner)
        : base(message, inner) { }
}
