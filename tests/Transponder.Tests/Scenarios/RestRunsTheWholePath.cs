using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Everything that gRPC can do works over REST too, in each of the three dialects, with errors as grpc-gateway has them.</summary>
[Trait("needs", "servers")]
public sealed class RestRunsTheWholePath
{
    private const string SnakeCase = "application/json";
    private const string CamelCase = "text/plain";
    private const string Binary = "application/octet-stream";

    private static readonly JsonFormatter Camel = new(JsonFormatter.Settings.Default);
    private static readonly JsonFormatter Snake = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private static readonly ServiceDescriptor Admin = Flyteidl.Service.AdminReflection.Descriptor.Services[0];

    [Theory]
    [InlineData(SnakeCase)]
    [InlineData(CamelCase)]
    [InlineData(Binary)]
    public async Task InEachDialect(string dialect)
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await WholePath.ServeAsync(mail, receiver);

        WholePath.AssertAnswers(await CallAsync(server, WholePath.Steps, dialect));
        await WholePath.AssertArrivalsAsync(mail, receiver);
    }

    [Theory]
    [InlineData(SnakeCase)]
    [InlineData(CamelCase)]
    [InlineData(Binary)]
    public async Task AndTellsOfEveryRefusal(string dialect)
    {
        await using var server = await RefusedEvents.ServeAsync();

        // JSON cannot write a time after the year 9999.
        var rows = RefusedEvents.All.Where(row => dialect == Binary || row.Title != "node: year 10000").ToList();
        RefusedEvents.AssertAnswers(rows, await CallAsync(server, [.. rows.Select(row => row.Call)], dialect));
    }

    private static async Task<IReadOnlyList<Answer>> CallAsync(ScenarioServer server, IReadOnlyList<Step> steps, string dialect)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Http, "/api/v1/") };
        var answers = new List<Answer>();
        foreach (var step in steps)
            answers.Add(await CallAsync(http, step, dialect));
        return answers;
    }

    private static async Task<Answer> CallAsync(HttpClient http, Step step, string dialect)
    {
        var (verb, path) = step.Route.Split(' ') is [var first, var second] ? (first, second) : throw new FormatException(step.Route);
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(dialect == CamelCase ? "*/*" : dialect));
        if (verb != "GET")
        {
            request.Content = new ByteArrayContent(Body(step.Request, dialect));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(dialect);
        }
        using var response = await http.SendAsync(request, ScenarioServer.Token);
        var body = await response.Content.ReadAsByteArrayAsync(ScenarioServer.Token);
        return response.IsSuccessStatusCode
            ? new(0, "", null, Reply(step.Method, body, dialect))
            : Failure(response.StatusCode, body, dialect);
    }

    private static byte[] Body(IMessage request, string dialect) =>
        dialect == Binary ? request.ToByteArray() : Encoding.UTF8.GetBytes((dialect == SnakeCase ? Snake : Camel).Format(request));

    private static byte[] Reply(string method, byte[] body, string dialect)
    {
        if (dialect == Binary)
            return body;
        var text = Encoding.UTF8.GetString(body);
        Assert.DoesNotContain(dialect == SnakeCase ? "\"launchPlan\":" : "\"launch_plan\":", text, StringComparison.Ordinal);
        return JsonParser.Default.Parse(text, Admin.FindMethodByName(method).OutputType).ToByteArray();
    }

    private static Answer Failure(HttpStatusCode status, byte[] body, string dialect)
    {
        var answer = dialect == Binary ? OfStatus(Google.Rpc.Status.Parser.ParseFrom(body)) : OfJson(JsonElement.Parse(body), dialect);
        Assert.Equal(StatusOf(answer.Code), (int)status);
        return answer;
    }

    private static Answer OfStatus(Google.Rpc.Status status) =>
        new(
            status.Code,
            status.Message,
            status.Details.Select(any => any.Unpack<Flyteidl.Admin.EventFailureReason>().ToString()).SingleOrDefault(),
            []
        );

    private static Answer OfJson(JsonElement body, string dialect)
    {
        var details = body.GetProperty("details").EnumerateArray().ToList();
        Assert.All(
            details,
            detail =>
            {
                Assert.Equal("type.googleapis.com/flyteidl.admin.EventFailureReason", detail.GetProperty("@type").GetString());
                Assert.Equal(dialect == SnakeCase, detail.EnumerateObject().Any(property => property.Name.Contains('_')));
            }
        );
        return new(
            body.GetProperty("code").GetInt32(),
            body.GetProperty("message").GetString()!,
            details.Select(detail => detail.GetRawText()).SingleOrDefault(),
            []
        );
    }

    /// <summary>grpc-gateway's mapping of the codes that events are refused with.</summary>
    private static int StatusOf(int code) =>
        code switch
        {
            3 or 9 => 400,
            5 => 404,
            6 => 409,
            8 => 429,
            _ => 500,
        };
}
