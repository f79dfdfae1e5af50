namespace Transponder.Client.Values;

/// <summary>A table that a task reads or wrote: where it is, never its rows. It serves for structured datasets and for schemas.</summary>
/// <param name="Uri">Where it is, e.g. <c>s3://bucket/table</c>.</param>
/// <param name="Format">How the rows are kept, e.g. <c>parquet</c>; null = what the workflow's interface says.</param>
public sealed record DatasetReference(string Uri, string? Format = null);
