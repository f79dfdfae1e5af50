namespace Transponder.Client.Values;

/// <summary>A file or directory that a task reads or wrote: where it is, never its content.</summary>
/// <param name="Uri">Where it is, e.g. <c>s3://bucket/data.csv</c>.</param>
/// <param name="Format">What is in it, e.g. <c>csv</c>; null = what the workflow's interface says.</param>
/// <param name="IsDirectory">True for a directory of files.</param>
public sealed record BlobReference(string Uri, string? Format = null, bool IsDirectory = false);
