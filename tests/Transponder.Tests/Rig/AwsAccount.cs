using System.Globalization;
using System.Xml.Linq;
using Transponder.Cloud.Aws;
using Transponder.Tests.Rig;
using Xunit;

[assembly: AssemblyFixture(typeof(AwsAccount))]

namespace Transponder.Tests.Rig;

/// <summary>
/// The one AWS account that the run's tests share: moto, which checks every signature and permission. Started when the first test asks; each test
/// makes topics, queues, users and roles of its own.
/// </summary>
public sealed class AwsAccount : IAsyncDisposable
{
    public const string Number = "123456789012";
    public const string Region = "eu-west-1";

    private const string Everything = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

    private readonly Lock gate = new();
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler());
    private Task<MotoServer>? server;

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Someone who may do everything.</summary>
    public AwsCredentials Administrator { get; private set; } = new("AKIANOBODY", "nobody");

    public async Task<AwsAccount> StartedAsync()
    {
        Task<MotoServer> starting;
        lock (gate)
            starting = server ??= StartAsync();
        await starting;
        return this;
    }

    /// <summary>A new user with that policy, by a key.</summary>
    public async Task<AwsCredentials> CreateUserAsync(string policy = Everything)
    {
        var name = $"user-{Guid.NewGuid():N}";
        await CallAsync("iam", "CreateUser", ("UserName", name));
        var key = await CallAsync("iam", "CreateAccessKey", ("UserName", name));
        await CallAsync("iam", "PutUserPolicy", ("UserName", name), ("PolicyName", "p"), ("PolicyDocument", policy));
        return new AwsCredentials(AwsQuery.Text(key, "AccessKeyId"), AwsQuery.Text(key, "SecretAccessKey"));
    }

    /// <summary>A new role that everyone may assume, by its ARN.</summary>
    public async Task<string> CreateRoleAsync(string policy = Everything)
    {
        var name = $"role-{Guid.NewGuid():N}";
        var trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}""";
        var role = await CallAsync("iam", "CreateRole", ("RoleName", name), ("AssumeRolePolicyDocument", trust));
        await CallAsync("iam", "PutRolePolicy", ("RoleName", name), ("PolicyName", "p"), ("PolicyDocument", policy));
        return AwsQuery.Text(role, "Arn");
    }

    /// <summary>A new topic, by its ARN.</summary>
    public async Task<string> CreateTopicAsync(bool fifo = false)
    {
        var name = $"t-{Guid.NewGuid():N}{(fifo ? ".fifo" : "")}";
        var topic = fifo
            ? await CallAsync(
                "sns",
                "CreateTopic",
                ("Name", name),
                ("Attributes.entry.1.key", "FifoTopic"),
                ("Attributes.entry.1.value", "true")
            )
            : await CallAsync("sns", "CreateTopic", ("Name", name));
        return AwsQuery.Text(topic, "TopicArn");
    }

    /// <summary>A new queue that gets what the topic gets, by its URL.</summary>
    /// <param name="topic">The topic's ARN.</param>
    /// <param name="raw">Whether messages come as they were published, without SNS's envelope.</param>
    public async Task<string> SubscribeQueueAsync(string topic, bool raw = false)
    {
        var fifo = topic.EndsWith(".fifo", StringComparison.Ordinal);
        var name = $"q-{Guid.NewGuid():N}{(fifo ? ".fifo" : "")}";
        var queue = fifo
            ? await CallAsync("sqs", "CreateQueue", ("QueueName", name), ("Attribute.1.Name", "FifoQueue"), ("Attribute.1.Value", "true"))
            : await CallAsync("sqs", "CreateQueue", ("QueueName", name));
        List<(string, string)> fields = [("TopicArn", topic), ("Protocol", "sqs"), ("Endpoint", $"arn:aws:sqs:{Region}:{Number}:{name}")];
        if (raw)
            fields.AddRange([("Attributes.entry.1.key", "RawMessageDelivery"), ("Attributes.entry.1.value", "true")]);
        await CallAsync("sns", "Subscribe", [.. fields]);
        return AwsQuery.Text(queue, "QueueUrl");
    }

    /// <summary>Takes so many messages off a queue, in the order in which it gives them.</summary>
    public async Task<IReadOnlyList<string>> ReceiveAsync(string queue, int count, TimeSpan? deadline = null)
    {
        var bodies = new List<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                bodies.AddRange(await TakeAsync(queue));
                return bodies.Count >= count;
            },
            $"{count} messages in the queue",
            deadline
        );
        return bodies;
    }

    /// <summary>Takes what the queue has now, ten messages at most.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(string queue)
    {
        var answer = await CallAsync("sqs", "ReceiveMessage", ("QueueUrl", queue), ("MaxNumberOfMessages", "10"));
        var messages = answer.Descendants().Where(element => element.Name.LocalName == "Message").ToList();
        if (messages.Count == 0)
            return [];
        var fields = new List<(string, string)> { ("QueueUrl", queue) };
        for (var i = 0; i < messages.Count; i++)
        {
            fields.Add(($"DeleteMessageBatchRequestEntry.{i + 1}.Id", $"{i}"));
            fields.Add(($"DeleteMessageBatchRequestEntry.{i + 1}.ReceiptHandle", AwsQuery.Text(messages[i], "ReceiptHandle")));
        }
        await CallAsync("sqs", "DeleteMessageBatch", [.. fields]);
        return [.. messages.Select(message => message.Elements().First(e => e.Name.LocalName == "Body").Value)];
    }

    public async Task<XElement> CallAsync(string service, string action, params (string Name, string Value)[] fields)
    {
        var version = service switch
        {
            "iam" => "2010-05-08",
            "sqs" => "2012-11-05",
            _ => "2010-03-31",
        };
        var query = new AwsQuery(action, version);
        foreach (var (name, value) in fields)
            query.Add(name, value);
        using var request = query.ToRequest(Endpoint, new AwsScope(Region, service), Administrator, TimeProvider.System.GetUtcNow());
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{action}: {response.StatusCode}: {body}"));
        return AwsQuery.Parse(body)!;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (server is { IsCompletedSuccessfully: true })
            await (await server).DisposeAsync();
    }

    private async Task<MotoServer> StartAsync()
    {
        var moto = await MotoServer.StartAsync(uncheckedCalls: 3);
        Endpoint = moto.Address;
        Administrator = await CreateUserAsync();
        return moto;
    }
}
