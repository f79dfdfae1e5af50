namespace Transponder.Cloud.Aws;

/// <summary>There are no credentials to sign with.</summary>
/// <param name="message">What was looked for.</param>
/// <param name="inner">Why it was not found.</param>
public sealed class AwsCredentialException(string message, Exception? inner = null) : Exception(message, inner);
