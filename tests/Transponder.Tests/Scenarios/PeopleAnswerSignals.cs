using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Flyteidl.Admin;
using Flyteidl.Core;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>What propeller waits for is seen and answered over REST, in both dialects, and propeller reads the answer.</summary>
[Trait("needs", "servers")]
public sealed class PeopleAnswerSignals
{
    [Theory]
    [InlineData("application/json", "signal_id", "string_value")]
    [InlineData("text/plain", "signalId", "stringValue")]
    public async Task OverRest(string dialect, string signalId, string stringValue)
    {
        await using var server = await ScenarioServer.StartAsync("");
        await Platform.RegisterAsync(server.Client.Admin);
        await Platform.RunAsync(server.Client.Admin, "run");
        var id = new SignalIdentifier { ExecutionId = Platform.Execution("run"), SignalId = "title" };
        var asked = new SignalGetOrCreateRequest
        {
            Id = id,
            Type = new LiteralType { Simple = SimpleType.String },
        };
        Assert.Null((await server.Client.Signals.GetOrCreateSignalAsync(asked, ScenarioServer.Token)).Value);
        using var http = new HttpClient { BaseAddress = new Uri(server.Http, "/api/v1/") };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(dialect == "text/plain" ? "*/*" : dialect));

        var path = $"signals/{Platform.Project}/{Platform.Domain}/run?limit=5";
        var listed = JsonElement.Parse(await http.GetByteArrayAsync(new Uri(path, UriKind.Relative), ScenarioServer.Token));
        Assert.Equal("title", listed.GetProperty("signals")[0].GetProperty("id").GetProperty(signalId).GetString());

        Assert.Equal(HttpStatusCode.BadRequest, await SetAsync("boolean", "true"));
        Assert.Equal(HttpStatusCode.OK, await SetAsync(stringValue, "\"my report\""));
        var answer = await server.Client.Signals.GetOrCreateSignalAsync(asked, ScenarioServer.Token);
        Assert.Equal("my report", answer.Value.Scalar.Primitive.StringValue);

        async Task<HttpStatusCode> SetAsync(string kind, string value)
        {
            var execution = $$"""{"project":"{{Platform.Project}}","domain":"{{Platform.Domain}}","name":"run"}""";
            var names = signalId == "signal_id" ? ("signal_id", "execution_id") : ("signalId", "executionId");
            var body = $"{{\"id\":{{\"{names.Item1}\":\"title\",\"{names.Item2}\":{execution}}},";
            body += $"\"value\":{{\"scalar\":{{\"primitive\":{{\"{kind}\":{value}}}}}}}}}";
            using var content = new StringContent(body, Encoding.UTF8, dialect);
            using var response = await http.PostAsync(new Uri("signals", UriKind.Relative), content, ScenarioServer.Token);
            return response.StatusCode;
        }
    }
}
