namespace Transponder.Core.Data;

/// <summary>What users may ask of the data proxy.</summary>
public sealed record DataProxyOptions
{
    /// <summary>What all uploads lie below; empty = nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The longest that an upload's URL may hold, and how long it does when nobody says.</summary>
    public TimeSpan UploadLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The same for downloads.</summary>
    public TimeSpan DownloadLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many letters a made-up file name has.</summary>
    public int NameLength { get; init; } = 20;
}
