using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Transponder.Tests.Rig;

/// <summary>
/// Google's token endpoint, security token service, IAM credentials and metadata server on loopback, each as strict as the real one, and a Pub/Sub over
/// TLS that asks for their tokens. What a topic's name says (<c>denied</c>, <c>throttled</c>, <c>missing</c>, <c>keyless</c>) is what it does.
/// </summary>
public sealed class FakeGoogle : IAsyncDisposable
{
    public const string Account = "egress@transponder-tests.iam.gserviceaccount.com";
    public const string Pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/o";
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    private readonly WebApplication app;
    private readonly TimeProvider time;
    private readonly RSA key = RSA.Create(2048);
    private readonly HashSet<string> valid = [];
    private int requests;
    private int failures;
    private volatile bool down;

    private FakeGoogle(WebApplication app, TimeProvider time, X509Certificate2 certificate)
    {
        (this.app, this.time, Certificate) = (app, time, certificate);
        app.MapPost("/token", (Delegate)TokenAsync);
        app.MapPost("/v1/token", (Delegate)ExchangeAsync);
        app.MapPost("/v1/projects/-/serviceAccounts/{account}", ImpersonateAsync);
        app.MapGet("/computeMetadata/v1/instance/service-accounts/default/token", (Delegate)Metadata);
        app.MapGet(
            "/subject",
            (HttpContext context) =>
                context.Request.Headers["x-pool"] == "p" ? Results.Json(new { value = "subject" }) : Results.StatusCode(401)
        );
        app.MapPost("/v1/projects/{project}/topics/{topic}", PublishAsync);
    }

    public string Url { get; private set; } = "";

    /// <summary>Whether AWS knows who has signed a request; nobody unless told otherwise.</summary>
    public Func<JsonElement, Task<bool>> AskAws { get; set; } = _ => Task.FromResult(false);

    public Uri Secure { get; private set; } = null!;

    public X509Certificate2 Certificate { get; }

    public string PrivateKey => key.ExportPkcs8PrivateKeyPem();

    /// <summary>How many tokens were asked for.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>How many requests for a token failed because it was down.</summary>
    public int Failures => Volatile.Read(ref failures);

    /// <summary>Whether every request for a token fails.</summary>
    public bool Down
    {
        get => down;
        set => down = value;
    }

    public static async Task<FakeGoogle> StartAsync(TimeProvider time)
    {
        var certificate = TestCertificate.ForLoopback();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        var google = new FakeGoogle(builder.Build(), time, certificate);
        await google.app.StartAsync();
        google.Url = google.app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal));
        google.Secure = new Uri(google.app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));
        return google;
    }

    /// <summary>No token that was handed out is good any more.</summary>
    public void Revoke()
    {
        lock (valid)
            valid.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        key.Dispose();
        Certificate.Dispose();
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (form["grant_type"] == "refresh_token")
            return form["client_id"] == "client" && form["client_secret"] == "client-secret" && form["refresh_token"] == "refresh-secret"
                ? OAuth("user")
                : Refusal("invalid_grant", $"Token {form["refresh_token"]} has been expired or revoked.");
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer")
            return Refusal("unsupported_grant_type", "Invalid grant_type");
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(
            form["assertion"],
            new TokenValidationParameters
            {
                ValidIssuer = Account,
                ValidAudience = $"{Url}/token",
                IssuerSigningKey = new RsaSecurityKey(key.ExportParameters(false)) { KeyId = "key-1" },
                ValidAlgorithms = ["RS256"],
                LifetimeValidator = (_, expires, _, _) =>
                    expires > time.GetUtcNow().UtcDateTime && expires <= time.GetUtcNow().UtcDateTime.AddHours(1),
            }
        );
        return read.IsValid && Equals(read.Claims["scope"], Scope) ? OAuth("key") : Refusal("invalid_grant", "Invalid JWT Signature.");
    }

    private async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var subject = form["subject_token"].ToString();
        var good =
            form["grant_type"] == "urn:ietf:params:oauth:grant-type:token-exchange"
            && form["requested_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
            && form["audience"] == Pool
            && form["scope"] == Scope
            && form["subject_token_type"].ToString() switch
            {
                "urn:ietf:params:oauth:token-type:jwt" => subject == "subject",
                "urn:ietf:params:aws:token-type:aws4_request" => await AsksAwsAsync(subject),
                _ => false,
            };
        return good ? OAuth("federated") : Refusal("invalid_grant", $"The token {form["subject_token"]} is not for this pool");
    }

    // What was signed for another pool could be sent on by whoever it was given to.
    private async Task<bool> AsksAwsAsync(string subject)
    {
        var request = JsonElement.Parse(Uri.UnescapeDataString(subject));
        var headers = request.GetProperty("headers").EnumerateArray().ToList();
        return headers.Exists(header =>
                header.GetProperty("key").GetString() == "x-goog-cloud-target-resource" && header.GetProperty("value").GetString() == Pool
            ) && await AskAws(request);
    }

    private async Task<IResult> ImpersonateAsync(HttpContext context, string account)
    {
        if (!IsValid(context, "federated") || account != $"{Account}:generateAccessToken")
            return Error(403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.getAccessToken' denied");
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        return body.GetProperty("scope")[0].GetString() == Scope && body.GetProperty("lifetime").GetString() == "3600s"
            ? Results.Json(new { accessToken = Token("impersonated"), expireTime = time.GetUtcNow().AddHours(1) })
            : Error(400, "INVALID_ARGUMENT", "scope");
    }

    private IResult Metadata(HttpContext context)
    {
        if (context.Request.Headers["Metadata-Flavor"] != "Google")
            return Results.StatusCode(403);
        context.Response.Headers["Metadata-Flavor"] = "Google";
        return OAuth("machine");
    }

    private async Task<IResult> PublishAsync(HttpContext context, string topic)
    {
        if (!IsValid(context, ""))
            return Error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var messages = body.GetProperty("messages").EnumerateArray().ToList();
        if (messages.Select(message => message.GetProperty("orderingKey").GetString()).Distinct().Count() > 1)
            return Error(400, "FAILED_PRECONDITION", "all messages must have the same ordering key");
        context.Response.Headers["Retry-After"] = topic.StartsWith("throttled", StringComparison.Ordinal) ? "7" : default;
        return topic.Split(':')[0] switch
        {
            "denied" => Error(403, "PERMISSION_DENIED", "User not authorized to perform this action."),
            "throttled" => Error(429, "RESOURCE_EXHAUSTED", "Quota exceeded"),
            "missing" => Error(404, "NOT_FOUND", "Resource not found (resource=missing)."),
            "keyless" => Error(400, "INVALID_ARGUMENT", "Invalid resource name given"),
            "broken" => Results.Text("<html>bad gateway</html>", "text/html", statusCode: 502),
            _ => Results.Json(new { messageIds = messages.Select((_, i) => $"{i}") }),
        };
    }

    private bool IsValid(HttpContext context, string kind)
    {
        var token = context.Request.Headers.Authorization.ToString();
        lock (valid)
            return valid.Any(good => token == $"Bearer {good}" && good.Contains(kind, StringComparison.Ordinal));
    }

    private IResult OAuth(string kind)
    {
        if (Down)
        {
            Interlocked.Increment(ref failures);
            return Results.StatusCode(503);
        }
        return Results.Json(
            new
            {
                access_token = Token(kind),
                expires_in = 3600,
                token_type = "Bearer",
            }
        );
    }

    private string Token(string kind)
    {
        var token = $"ya29.{kind}-{Interlocked.Increment(ref requests)}";
        lock (valid)
            valid.Add(token);
        return token;
    }

    private static IResult Refusal(string code, string text) =>
        Results.Json(new { error = code, error_description = text }, statusCode: 400);

    private static IResult Error(int code, string status, string message) =>
        Results.Json(
            new
            {
                error = new
                {
                    code,
                    status,
                    message,
                },
            },
            statusCode: code
        );
}
