namespace Transponder.Server.Wire.Tls;

/// <summary>Why TLS files cannot be used.</summary>
/// <param name="Key">The key of the configuration that names the culprit: <c>certificate</c>, <c>key</c>, <c>keyPassword</c> or <c>clientCa</c>.</param>
/// <param name="Text">What is wrong, without any secret.</param>
internal sealed record TlsProblem(string Key, string Text);
