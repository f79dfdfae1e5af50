namespace Transponder.Server.Wire.Cors;

/// <summary>Which pages of other origins a browser may let call the server. The default is none.</summary>
public sealed record CorsOptions
{
    /// <summary>Origins such as <c>https://console.example.com</c>; <c>*</c> stands for all, without credentials.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Request headers beyond those that the server's own protocols use.</summary>
    public IReadOnlyList<string> AllowedHeaders { get; init; } = [];
}
