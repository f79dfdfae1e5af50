using System.Text;

namespace Transponder.Cloud.Aws;

/// <summary>Signs requests of the query protocol, which SNS, SQS, STS and SES speak: Signature Version 4 in the headers.</summary>
public static class AwsRequestSigner
{
    /// <summary>Adds the headers that prove who sends it. The request must not be changed afterwards, its body and content type included.</summary>
    /// <param name="request">The request: an absolute URL without a query, and a body with its content type.</param>
    /// <param name="body">The body's bytes.</param>
    /// <param name="scope">What the signature is for.</param>
    /// <param name="credentials">Who sends it.</param>
    /// <param name="now">The time; AWS refuses signatures that are five minutes off.</param>
    public static void Sign(
        HttpRequestMessage request,
        ReadOnlySpan<byte> body,
        AwsScope scope,
        AwsCredentials credentials,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(credentials);
        var address = request.RequestUri!;
        var signature = new AwsSignature(credentials, scope.Region, scope.Service, now);
        List<(string Name, string Value)> headers =
        [
            ("content-type", request.Content?.Headers.ContentType?.ToString() ?? ""),
            ("host", address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}"),
            ("x-amz-date", signature.Time),
        ];
        request.Headers.TryAddWithoutValidation("X-Amz-Date", signature.Time);
        if (credentials.SessionToken is { } token)
        {
            headers.Add(("x-amz-security-token", token));
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token);
        }

        var names = string.Join(';', headers.Select(header => header.Name));
        var canonical = new StringBuilder()
            .Append(request.Method.Method)
            .Append('\n')
            .Append(address.AbsolutePath)
            .Append("\n\n")
            .AppendJoin("", headers.Select(header => $"{header.Name}:{header.Value}\n"))
            .Append('\n')
            .Append(names)
            .Append('\n')
            .Append(AwsSignature.Hash(body));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"{AwsSignature.Algorithm} Credential={signature.Credential}, SignedHeaders={names}, Signature={signature.Of(canonical.ToString())}"
        );
    }
}

/// <summary>What a signature is for.</summary>
/// <param name="Region">The region.</param>
/// <param name="Service">The service, as signatures call it: <c>sns</c>.</param>
public sealed record AwsScope(string Region, string Service);
