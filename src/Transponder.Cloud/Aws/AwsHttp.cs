namespace Transponder.Cloud.Aws;

/// <summary>The way to the services that give credentials: direct, without redirects, with short answers.</summary>
internal static class AwsHttp
{
    private const int LargestAnswer = 64 * 1024;

    private static readonly HttpMessageInvoker Direct = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            UseCookies = false,
            UseProxy = false,
        }
    );

    /// <summary>Sends a request; null when there was no answer.</summary>
    public static async Task<AwsHttpAnswer?> SendAsync(
        HttpRequestMessage request,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var response = await Direct.SendAsync(request, patience.Token);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, patience.Token);
            return new AwsHttpAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(patience.Token));
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return null;
        }
    }
}

/// <summary>What was answered.</summary>
internal sealed record AwsHttpAnswer(int Status, string Body);
