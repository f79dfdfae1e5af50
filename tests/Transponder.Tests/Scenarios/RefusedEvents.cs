using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Transponder.Protocol;
using Transponder.Tests.Core.Ingestion;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>The events that are refused, each row of them on an execution of its own, with what a client must be told.</summary>
public static class RefusedEvents
{
    private const int InlineLimit = 2 * 1024 * 1024;

    public static IReadOnlyList<Refusal> All { get; } = [.. Rows()];

    /// <summary>Starts a server with an execution for each row, and sends what precedes the refused events. What is being aborted stays so.</summary>
    public static async Task<ScenarioServer> ServeAsync()
    {
        var server = await ScenarioServer.StartAsync("executions: { abortGrace: 100000h }");
        await Platform.RegisterAsync(server.Client.Admin);
        foreach (var row in All)
        {
            await Platform.CreateAsync(server.Client.Admin, row.Execution);
            foreach (var request in row.Before)
                await Platform.SendAsync(server.Client.Admin, request);
        }
        return server;
    }

    public static void AssertAnswers(IEnumerable<Refusal> rows, IReadOnlyList<Answer> answers) =>
        Assert.All(
            rows.Zip(answers),
            pair =>
            {
                var (row, answer) = pair;
                Assert.Equal((row.Title, row.Code, row.Reason), (row.Title, (StatusCode)answer.Code, answer.Reason));
                Assert.NotEmpty(answer.Message);
            }
        );

    private static IEnumerable<Refusal> Rows()
    {
        var number = 0;
        foreach (var row in EventRefusalTests.Rows)
        {
            var (title, before, refused, code, reason) = row.Data;
            var name = $"row{number++}";
            yield return new(
                title,
                name,
                [.. before.Select(each => Move(each, name))],
                Platform.Sending(Enlarge(Move(refused, name))),
                code,
                reason
            );
        }
    }

    /// <summary>The same event of another execution.</summary>
    private static IMessage Move(IMessage request, string name)
    {
        var copy = request switch
        {
            WorkflowExecutionEventRequest workflow => (IMessage)workflow.Clone(),
            NodeExecutionEventRequest node => node.Clone(),
            TaskExecutionEventRequest task => task.Clone(),
            _ => throw new ArgumentException("no event", nameof(request)),
        };
        var id = copy switch
        {
            WorkflowExecutionEventRequest workflow => workflow.Event?.ExecutionId,
            NodeExecutionEventRequest node => node.Event?.Id?.ExecutionId,
            _ => ((TaskExecutionEventRequest)copy).Event?.ParentNodeExecutionId?.ExecutionId,
        };
        if (id is { Name: "e1" })
            id.Name = name;
        return copy;
    }

    /// <summary>Outputs that are to be too large are so by the server's own limit.</summary>
    private static IMessage Enlarge(IMessage request)
    {
        if (
            request is WorkflowExecutionEventRequest
            {
                Event: { OutputResultCase: WorkflowExecutionEvent.OutputResultOneofCase.OutputData } found
            }
        )
            found.OutputData.Literals["o"] = new Literal
            {
                Scalar = new() { Primitive = new() { StringValue = new string('x', InlineLimit) } },
            };
        return request;
    }
}

/// <summary>One refusal: what precedes it on the execution, the refused call, and what the client is told.</summary>
public sealed record Refusal(string Title, string Execution, IMessage[] Before, Step Call, StatusCode Code, string? Reason);
