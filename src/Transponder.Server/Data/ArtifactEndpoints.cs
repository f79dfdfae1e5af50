using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Transponder.Integrations.Artifacts.Local;
using Transponder.Server.Security;

namespace Transponder.Server.Data;

/// <summary>PUT and GET of files in the local store, by signed URLs: the signature says what may be done, whoever comes with it.</summary>
internal sealed class ArtifactEndpoints(LocalArtifactStore store)
{
    // The signature is the credential: whoever was given the URL may use it.
    public void Map(WebApplication web) =>
        web.MapMethods(LocalArtifactStore.Route + "{**key}", [HttpMethods.Get, HttpMethods.Put], HandleAsync).WithMetadata(AccessRule.Open);

    private Task HandleAsync(HttpContext http)
    {
        var key = KeyOf(http);
        var state =
            key is null || LinkOf(http.Request.Query) is not { } link ? LinkState.Forged : store.Check(http.Request.Method, key, link);
        return state switch
        {
            LinkState.Forged => AnswerAsync(http, StatusCodes.Status403Forbidden, "the URL's signature does not permit this request"),
            LinkState.Expired => AnswerAsync(http, StatusCodes.Status403Forbidden, "the URL has expired: ask for a new one"),
            _ when HttpMethods.IsPut(http.Request.Method) => ReceiveAsync(http, key!),
            _ => SendAsync(http, key!),
        };
    }

    private async Task ReceiveAsync(HttpContext http, string key)
    {
        var md5 = http.Request.Query["md5"].ToString();
        if (md5.Length > 0 && http.Request.Headers.ContentMD5.ToString() != md5)
        {
            await AnswerAsync(http, StatusCodes.Status403Forbidden, $"the request must carry Content-MD5: {md5}");
            return;
        }

        if (http.Request.ContentLength > store.MaxUploadBytes)
        {
            await AnswerAsync(http, StatusCodes.Status413PayloadTooLarge, TooLarge());
            return;
        }

        // The store counts for itself, and says it better.
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        var result = await ReceiveAsync(http, key, md5);
        var (status, text) = result switch
        {
            ReceiveResult.Stored => (StatusCodes.Status200OK, ""),
            ReceiveResult.TooLarge => (StatusCodes.Status413PayloadTooLarge, TooLarge()),
            ReceiveResult.WrongContent => (StatusCodes.Status400BadRequest, "the content's MD5 is not the announced one"),
            ReceiveResult.Blocked => (StatusCodes.Status409Conflict, "a file and a directory cannot have one name"),
            _ => (StatusCodes.Status499ClientClosedRequest, ""),
        };
        await AnswerAsync(http, status, text);
    }

    private async Task<ReceiveResult?> ReceiveAsync(HttpContext http, string key, string md5)
    {
        try
        {
            return await store.ReceiveAsync(key, http.Request.Body, md5, http.RequestAborted);
        }
        catch (Exception error)
            when (error is OperationCanceledException or BadHttpRequestException && http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task SendAsync(HttpContext http, string key)
    {
        if (store.OpenForReading(key) is not { } file)
        {
            await AnswerAsync(http, StatusCodes.Status404NotFound, "there is no such file");
            return;
        }

        await using (file)
        {
            // A deck is a page that a user's task wrote: it may be shown, but never act as a page of this server.
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = "sandbox allow-scripts";
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "private, no-store";
            var type = key.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? "text/html; charset=utf-8" : "application/octet-stream";
            await Results.Stream(file, type, enableRangeProcessing: true).ExecuteAsync(http);
        }
    }

    // The route's own value would have %2F decoded only in part; the key is what the signature covers, segment for segment.
    private static string? KeyOf(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        return path.StartsWith(LocalArtifactStore.Route, StringComparison.Ordinal) ? path[LocalArtifactStore.Route.Length..] : null;
    }

    private static SignedLink? LinkOf(IQueryCollection query) =>
        long.TryParse(query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            ? new SignedLink(expires, query["md5"].ToString(), query["signature"].ToString())
            : null;

    private string TooLarge() => string.Create(CultureInfo.InvariantCulture, $"the file is larger than {store.MaxUploadBytes} bytes");

    private static Task AnswerAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return text.Length == 0 ? Task.CompletedTask : http.Response.WriteAsync(text + "\n");
    }
}
