using System.Globalization;
using System.Text.Json;

namespace Transponder.Cloud.Gcp;

/// <summary>Requests of the grants: one answer in JSON or text, or an exception that says what failed. Proxies serve https only.</summary>
internal sealed class GcpHttp(TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 256 * 1024;
    private const int LongestExcerpt = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker proxied = Invoker(useProxy: true);
    private readonly HttpMessageInvoker direct = Invoker(useProxy: false);

    /// <summary>The address that a credentials file gives for something secret to be sent to.</summary>
    public static Uri Secure(string url, string key) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : throw new GcpCredentialException($"{key} of the credentials file must be an https address");

    /// <summary>The answer's JSON.</summary>
    /// <param name="request">The request, which is disposed.</param>
    /// <param name="secrets">What the request carries and no text may show.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<JsonElement> JsonAsync(HttpRequestMessage request, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Authority;
        using var response = await SendAsync(request, secrets, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException error)
        {
            throw new GcpCredentialException($"{host} answers something that is not JSON", error);
        }
    }

    /// <summary>The answer; it is successful.</summary>
    /// <inheritdoc cref="JsonAsync"/>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        IEnumerable<string> secrets,
        CancellationToken cancellationToken
    )
    {
        var url = request.RequestUri!;
        using var deadline = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        HttpResponseMessage? response = null;
        try
        {
            using (request)
                response = await (url.Scheme == Uri.UriSchemeHttps ? proxied : direct)
                    .SendAsync(request, patience.Token)
                    .ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, patience.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return response;
            var text = await response.Content.ReadAsStringAsync(patience.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            response.Dispose();
            throw new GcpCredentialException(
                string.Create(CultureInfo.InvariantCulture, $"{url.Authority} answers {status}{Reason(text, secrets)}")
            );
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            response?.Dispose();
            throw new GcpCredentialException($"{url.Authority} cannot be reached", error);
        }
    }

    public void Dispose()
    {
        proxied.Dispose();
        direct.Dispose();
    }

    // OAuth says {"error": "code", "error_description": "text"}, Google's services {"error": {"message": "text"}}.
    private static string Reason(string body, IEnumerable<string> secrets)
    {
        JsonElement answer;
        try
        {
            answer = JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return "";
        }
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("error", out var error))
            return "";
        var parts =
            error.ValueKind == JsonValueKind.Object
                ? [error.Text("status"), error.Text("message")]
                : new[] { answer.Text("error"), answer.Text("error_description") };
        var text = string.Join(": ", parts.Where(part => part is not null));
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length == 0 ? "" : $" ({(text.Length > LongestExcerpt ? text[..LongestExcerpt] + "…" : text)})";
    }

    private static HttpMessageInvoker Invoker(bool useProxy) =>
        new(
            new SocketsHttpHandler
            {
                ActivityHeadersPropagator = null,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
                UseProxy = useProxy,
            }
        );
}
