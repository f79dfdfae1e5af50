namespace Transponder.Client.Values;

/// <summary>A value that was too large for a message: the platform keeps it as a file.</summary>
/// <param name="Uri">Where the literal is kept, as protobuf.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record OffloadedReference(string Uri, ulong SizeBytes);
