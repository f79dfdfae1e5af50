namespace Transponder.Core.Catalog;

/// <summary>A domain that every project has.</summary>
/// <param name="Id">Its id, as identifiers carry it.</param>
/// <param name="Name">Its name, for people.</param>
public sealed record DomainOption(string Id, string Name)
{
    /// <summary>Flyte's defaults.</summary>
    public static IReadOnlyList<DomainOption> Defaults { get; } =
    [new("development", "development"), new("staging", "staging"), new("production", "production")];
}
