using System.Globalization;
using System.Xml.Linq;
using Transponder.Cloud.Aws;
using Transponder.Core.Egress;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>Speaks to SNS: one request, its signature, and its answer as results.</summary>
internal sealed class SnsClient : IDisposable
{
    private const string Version = "2010-03-31";

    // The operator names the endpoint, not a user; it may well be a private one.
    private static readonly OutboundPolicy Anywhere = OutboundPolicy.Parse(["0.0.0.0/0", "::/0"], out _);

    private readonly SnsTopic topic;
    private readonly Uri endpoint;
    private readonly AwsScope scope;
    private readonly TimeSpan timeout;
    private readonly AwsCredentialCache credentials;
    private readonly TimeProvider time;
    private readonly OutboundHttp http;

    public SnsClient(SnsTopic topic, SnsSinkOptions options, AwsCredentialCache credentials, TimeProvider time)
    {
        (this.topic, this.credentials, this.time, timeout) = (topic, credentials, time, options.Timeout);
        scope = new AwsScope(options.Region ?? topic.Arn.Region, "sns");
        endpoint = options.Endpoint ?? AwsEndpoint.Of("sns", scope.Region);
        http = new OutboundHttp(new OutboundOptions { Policy = Anywhere }, time);
    }

    /// <summary>Sends a batch; the results stand in its order. Throws nothing but for cancellation.</summary>
    public async Task<SnsAnswer> PublishAsync(IReadOnlyList<SnsEntry> batch, CancellationToken cancellationToken)
    {
        AwsCredentials key;
        try
        {
            key = await credentials.GetAsync(cancellationToken);
        }
        catch (AwsCredentialException error)
        {
            return SnsAnswer.Unsent(batch.Count, $"{topic.Arn}: {error.Message}");
        }

        using var request = Query(batch).ToRequest(endpoint, scope, key, time.GetUtcNow());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        HttpAnswer answer;
        try
        {
            answer = await http.SendAsync(request, [key.SecretKey, key.SessionToken ?? ""], patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SnsAnswer.Unsent(
                batch.Count,
                string.Create(CultureInfo.InvariantCulture, $"{endpoint.IdnHost}: no answer within {timeout.TotalSeconds:0.#} s")
            );
        }
        return Read(batch, answer, key);
    }

    public void Dispose() => http.Dispose();

    private AwsQuery Query(IReadOnlyList<SnsEntry> batch)
    {
        if (batch.Count == 1)
            return Fill(new AwsQuery("Publish", Version).Add("TopicArn", topic.Arn.ToString()), "", batch[0]);
        var query = new AwsQuery("PublishBatch", Version).Add("TopicArn", topic.Arn.ToString());
        for (var i = 0; i < batch.Count; i++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"PublishBatchRequestEntries.member.{i + 1}.");
            Fill(query.Add(prefix + "Id", Id(i)), prefix, batch[i]);
        }
        return query;
    }

    private static AwsQuery Fill(AwsQuery query, string prefix, SnsEntry entry)
    {
        query.Add(prefix + "Message", entry.Message);
        if (entry.Subject.Length > 0)
            query.Add(prefix + "Subject", entry.Subject);
        if (entry.Group is { } group)
            query.Add(prefix + "MessageGroupId", group);
        if (entry.Deduplication is { } id)
            query.Add(prefix + "MessageDeduplicationId", id);
        return query;
    }

    private SnsAnswer Read(IReadOnlyList<SnsEntry> batch, HttpAnswer answer, AwsCredentials key)
    {
        if (answer.Failure is { } failure)
            return SnsAnswer.Unsent(batch.Count, failure.Detail);
        var xml = AwsQuery.Parse(answer.Body);
        if (answer.Status == 200 && xml is not null)
            return new SnsAnswer(batch.Count == 1 ? [Single(xml)] : Entries(batch.Count, xml));

        var code = AwsQuery.Text(xml, "Code");
        if (SnsFault.IsAboutCredentials(code))
            credentials.Forget(key);
        var tryAlone = batch.Count > 1 && SnsFault.MayBeOneMessage(answer.Status, code);
        if (answer.Status == 413 && batch.Count == 1)
            return new SnsAnswer([new PublishResult(PublishOutcome.Rejected, $"{topic.Arn}: HTTP 413: the message is too large")]);
        if (code.Length == 0)
        {
            var status = $"{topic.Arn}: HTTP {answer.Status} that does not come from SNS";
            return SnsAnswer.Unsent(batch.Count, status, answer.RetryAfter) with { TryAlone = tryAlone };
        }
        var message = AwsQuery.Text(xml, "Message");
        var result = SnsFault.Of(code, message, topic.Arn.ToString(), answer.RetryAfter);
        return new SnsAnswer([.. Enumerable.Repeat(result, batch.Count)])
        {
            Down = SnsFault.IsAboutTopic(code, message) ? result : null,
            TryAlone = tryAlone,
        };
    }

    private PublishResult Single(XElement xml) => AwsQuery.Text(xml, "MessageId").Length > 0 ? PublishResult.Confirmed : Unclear();

    private PublishResult[] Entries(int count, XElement xml)
    {
        var results = new PublishResult[count];
        Array.Fill(results, Unclear());
        foreach (var list in xml.Descendants().Where(element => element.Name.LocalName is "Successful" or "Failed"))
        {
            foreach (var member in list.Elements())
            {
                if (!int.TryParse(AwsQuery.Text(member, "Id"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at >= count)
                    continue;
                results[at] =
                    list.Name.LocalName == "Successful"
                        ? PublishResult.Confirmed
                        : SnsFault.Of(AwsQuery.Text(member, "Code"), AwsQuery.Text(member, "Message"), topic.Arn.ToString());
            }
        }
        return results;
    }

    private PublishResult Unclear() => new(PublishOutcome.Failed, $"{topic.Arn}: the answer does not say what became of the message");

    private static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);
}
