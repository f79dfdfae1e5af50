using System.Globalization;
using System.Text;

namespace Transponder.Cloud.Aws;

/// <summary>URLs of S3, and of what speaks its protocol, that permit one request for a while: Signature Version 4 in the query.</summary>
public static class S3Presigner
{
    private const string Service = "s3";

    /// <summary>AWS refuses signatures that are to hold for longer.</summary>
    public static TimeSpan LongestLife { get; } = TimeSpan.FromDays(7);

    /// <summary>Signs a request for an object.</summary>
    /// <param name="request">What may be done.</param>
    /// <param name="credentials">Who permits it.</param>
    /// <param name="now">The time from which it holds.</param>
    public static Uri Sign(S3Request request, AwsCredentials credentials, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(credentials);
        var signature = new AwsSignature(credentials, request.Region, Service, now);
        var headers = request
            .Headers.Select(header => (Name: header.Key.ToLowerInvariant(), Value: header.Value.Trim()))
            .Append((Name: "host", Value: request.Address.Authority))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToList();
        var signed = string.Join(';', headers.Select(header => header.Name));
        var query = Query(request, credentials, signature, signed);
        var path = string.Join('/', request.Path.Split('/').Select(Escape));
        var canonical = new StringBuilder()
            .Append(request.Method)
            .Append('\n')
            .Append(path)
            .Append('\n')
            .Append(query)
            .Append('\n')
            .AppendJoin("", headers.Select(header => $"{header.Name}:{header.Value}\n"))
            .Append('\n')
            .Append(signed)
            .Append("\nUNSIGNED-PAYLOAD");
        return new Uri(
            $"{request.Address.GetLeftPart(UriPartial.Authority)}{path}?{query}&X-Amz-Signature={signature.Of(canonical.ToString())}"
        );
    }

    private static string Query(S3Request request, AwsCredentials credentials, AwsSignature signature, string signed)
    {
        var life = (long)Math.Clamp(request.Life.TotalSeconds, 1, LongestLife.TotalSeconds);
        List<(string Name, string Value)> query =
        [
            ("X-Amz-Algorithm", AwsSignature.Algorithm),
            ("X-Amz-Credential", signature.Credential),
            ("X-Amz-Date", signature.Time),
            ("X-Amz-Expires", life.ToString(CultureInfo.InvariantCulture)),
            ("X-Amz-SignedHeaders", signed),
        ];
        if (credentials.SessionToken is { } token)
            query.Add(("X-Amz-Security-Token", token));
        return string.Join(
            '&',
            query.OrderBy(part => part.Name, StringComparer.Ordinal).Select(part => $"{part.Name}={Escape(part.Value)}")
        );
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
