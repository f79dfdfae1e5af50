namespace Transponder.Cloud.Gcp;

/// <summary>There is no token to call Google with. The message is for people and holds no secret.</summary>
/// <param name="message">What was tried and what to do.</param>
/// <param name="inner">Why it failed.</param>
public sealed class GcpCredentialException(string message, Exception? inner = null) : Exception(message, inner);
