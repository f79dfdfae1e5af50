namespace Transponder.Server.Sinks;

/// <summary>A host that a sink connects to.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
internal readonly record struct SinkPeer(string Host, int Port)
{
    /// <summary>The host of an absolute URL.</summary>
    public static SinkPeer Of(Uri url) => new(url.IdnHost, url.Port);

    /// <summary>As messages show it.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
