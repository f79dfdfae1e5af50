namespace Transponder.Server.Sinks;

/// <summary>The types of sink that are built in: one line each.</summary>
internal static class SinkTypes
{
    private static readonly ISinkRegistration[] BuiltIn =
    [
        new AwsRegistration(),
        new GcpRegistration(),
        new KafkaRegistration(),
        new NatsRegistration(),
        new HttpRegistration(),
        new FileRegistration(),
    ];

    /// <summary>Their names, for people.</summary>
    public static string Known { get; } = string.Join(", ", BuiltIn.Select(type => type.Type));

    /// <summary>The keys of their own maps.</summary>
    public static IReadOnlyList<string> Sections { get; } = [.. BuiltIn.Select(type => type.Section).Distinct()];

    /// <summary>The type of that name, whatever its case; null when there is none.</summary>
    public static ISinkRegistration? Find(string type) =>
        Array.Find(BuiltIn, known => known.Type.Equals(type, StringComparison.OrdinalIgnoreCase));
}
