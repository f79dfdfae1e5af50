namespace Transponder.Server.Wire.Cors;

/// <summary>
/// Answers browsers' preflights, and marks answers that a page of another origin may read. A page of an origin that is not allowed cannot change
/// anything either: a browser would send some such requests without asking first.
/// </summary>
internal sealed class CorsGate
{
    private const string Methods = "GET, POST, PUT, DELETE";
    private const string Exposed = "grpc-status, grpc-message, grpc-status-details-bin, grpc-encoding";
    private const string PreflightSeconds = "600";

    private static readonly string[] OwnHeaders =
    [
        "accept",
        "accept-language",
        "authorization",
        "content-language",
        "content-type",
        "flyte-authorization",
        "grpc-timeout",
        "x-grpc-web",
        "x-user-agent",
    ];

    private readonly HashSet<string> origins;
    private readonly bool anyOrigin;
    private readonly string headers;

    public CorsGate(CorsOptions options)
    {
        origins = new HashSet<string>(options.AllowedOrigins, StringComparer.OrdinalIgnoreCase);
        anyOrigin = origins.Contains("*");
        headers = string.Join(", ", OwnHeaders.Concat(options.AllowedHeaders).Distinct(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Marks the answer; true = the request is answered already.</summary>
    public bool Answers(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return false;
        }

        var named = origins.Contains(origin);
        var allowed = named || anyOrigin;
        if (allowed)
        {
            Mark(http.Response.Headers, origin, named);
        }

        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.AccessControlRequestMethod.Count > 0)
        {
            http.Response.StatusCode = allowed ? StatusCodes.Status204NoContent : StatusCodes.Status403Forbidden;
            if (allowed)
            {
                http.Response.Headers.AccessControlAllowMethods = Methods;
                http.Response.Headers.AccessControlAllowHeaders = headers;
                http.Response.Headers.AccessControlMaxAge = PreflightSeconds;
            }

            return true;
        }

        if (allowed || IsOwn(http.Request, origin) || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            return false;
        }

        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return true;
    }

    private static void Mark(IHeaderDictionary response, string origin, bool named)
    {
        response.AccessControlAllowOrigin = named ? origin : "*";
        response.AccessControlExposeHeaders = Exposed;
        response.Vary = "Origin";
        if (named)
        {
            response.AccessControlAllowCredentials = "true";
        }
    }

    // Behind a proxy that ends TLS the scheme differs from what the browser sees, so only host and port are compared.
    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (
            uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
            || (
                uri.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase)
                && uri.IsDefaultPort
                && request.Host.Port is 80 or 443
            )
        );
}
