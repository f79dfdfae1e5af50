using System.IO.Compression;
using Flyteidl.Admin;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Protocol;

/// <summary>Answers that our own server never gives: other servers do, and proxies in front of them.</summary>
public sealed class StrangePeerTests : IAsyncDisposable
{
    private WebApplication? _app;

    [Fact]
    public async Task Answer_Gzipped_IsUnpacked()
    {
        var message = new GetVersionResponse { ControlPlaneVersion = new() { Version_ = new string('v', 5000) } };
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            message.WriteTo(gzip);

        var answer = await AskAsync(async context =>
        {
            context.Response.Headers["grpc-encoding"] = "gzip";
            await AnswerAsync(context, [1, .. Size(packed.Length), .. packed.ToArray()], status: "0");
        });

        Assert.Equal(message, answer);
    }

    [Theory]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(200, StatusCode.Unknown)]
    public async Task Answer_OfAPlainWebServer_IsMappedByItsStatus(int http, StatusCode code)
    {
        var failure = await FailAsync(context =>
        {
            context.Response.StatusCode = http;
            return context.Response.WriteAsync("<html>");
        });

        Assert.Equal(code, failure.Code);
    }

    [Fact]
    public async Task Answer_WithoutStatus_IsInternal() =>
        Assert.Equal(StatusCode.Internal, (await FailAsync(context => AnswerAsync(context, [0, .. Size(0)], status: null))).Code);

    [Fact]
    public async Task Answer_CutWithinAMessage_IsAFailure()
    {
        var failure = await FailAsync(context => AnswerAsync(context, [0, .. Size(100), 1, 2], status: "0"));

        Assert.Equal(StatusCode.Unavailable, failure.Code);
    }

    [Fact]
    public async Task Answer_StreamReset_IsMappedByTheErrorCode()
    {
        var failure = await FailAsync(context =>
        {
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResetFeature>()!.Reset(7);
            return Task.CompletedTask;
        });

        Assert.Equal(StatusCode.Unavailable, failure.Code);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private async Task<RpcException> FailAsync(RequestDelegate peer) => await Assert.ThrowsAsync<RpcException>(() => AskAsync(peer));

    private async Task<GetVersionResponse> AskAsync(RequestDelegate peer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)
        );
        _app = builder.Build();
        _app.Run(peer);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        using var channel = new GrpcChannel(new Uri(_app.Urls.Single()), Patient.Channel);
        return await channel.UnaryAsync<GetVersionRequest, GetVersionResponse>(
            "s/M",
            new(),
            cancellationToken: TestContext.Current.CancellationToken
        );
    }

    private static async Task AnswerAsync(HttpContext context, byte[] body, string? status)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(body);
        if (status is not null)
            context.Response.AppendTrailer("grpc-status", status);
    }

    private static byte[] Size(long length) => [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];
}
