using System.Buffers;
using System.CommandLine;
using System.Net;
using Flyteidl.Admin;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Benchmarks.Ingest;

/// <summary>The bare limit: Kestrel, the request's parse, an empty reply. Nothing of our wire, no store.</summary>
internal static class EchoServer
{
    private static readonly byte[] emptyReply = new byte[5];

    public static Command Create()
    {
        var port = new Option<int>("--port") { Required = true };
        var command = new Command("echo", "Answer every event with OK and keep nothing; the peer of `ingest`.") { port };
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments.GetValue(port), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        app.Run(EchoAsync);
        await app.StartAsync(cancellationToken);
        Console.WriteLine("echo is ready");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task EchoAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        var read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }

        Parse(http.Request.Path.Value!, read.Buffer.Slice(5));
        reader.AdvanceTo(read.Buffer.End);
        http.Response.ContentType = "application/grpc";
        http.Response.AppendTrailer("grpc-status", "0");
        http.Response.BodyWriter.Write(emptyReply);
        await http.Response.BodyWriter.FlushAsync();
    }

    private static IMessage Parse(string path, ReadOnlySequence<byte> bytes) =>
        path[(path.LastIndexOf('/') + 1)..] switch
        {
            "CreateWorkflowEvent" => WorkflowExecutionEventRequest.Parser.ParseFrom(bytes),
            "CreateNodeEvent" => NodeExecutionEventRequest.Parser.ParseFrom(bytes),
            _ => TaskExecutionEventRequest.Parser.ParseFrom(bytes),
        };
}
