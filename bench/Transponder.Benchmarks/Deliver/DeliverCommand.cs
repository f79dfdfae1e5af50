using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Transponder.Benchmarks.Ingest;

namespace Transponder.Benchmarks.Deliver;

/// <summary>Deliveries per second, from the events' RPCs to the receiver, beside Alertmanager; or by mail to smtp-sink.</summary>
internal static class DeliverCommand
{
    private const int WarmUp = 2;
    private static readonly TimeSpan deadline = TimeSpan.FromMinutes(3);

    public static Command Create()
    {
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 10_000, Description = "Deliveries per round." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var smtp = new Option<bool>("--smtp") { Description = "By mail to smtp-sink." };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("deliver", "Deliveries per second to a local webhook beside Alertmanager, or to smtp-sink.")
        {
            count,
            rounds,
            smtp,
            stores,
        };
        command.SetAction(arguments =>
            arguments.GetValue(smtp)
                ? MailAsync(arguments.GetValue(stores)!, arguments.GetValue(count), arguments.GetValue(rounds))
                : WebhookAsync(arguments.GetValue(stores)!, arguments.GetValue(count), arguments.GetValue(rounds))
        );
        return command;
    }

    private static async Task<int> WebhookAsync(string[] stores, int count, int rounds)
    {
        await using var receiver = new Counter();
        var limit = await BareLimitAsync(receiver);
        var senders = new List<Sender>();
        try
        {
            senders.Add(await AlertmanagerSender.StartAsync(receiver.Url));
            foreach (var store in stores)
                senders.Add(await TransponderSender.StartAsync(store, Workload.Yaml(receiver.Url)));
            for (var round = -WarmUp; round < rounds; round++)
                foreach (var sender in senders)
                {
                    var expected = receiver.Count + count;
                    await sender.RoundAsync($"r{round + WarmUp}", count, () => receiver.UntilAsync(expected, deadline), round >= 0);
                }
            Report(senders, count, rounds, "Alertmanager", $"the receiver's bare limit: {limit:#,0} requests/s");
            return 0;
        }
        finally
        {
            foreach (var sender in senders)
                await sender.DisposeAsync();
        }
    }

    private static async Task<int> MailAsync(string[] stores, int count, int rounds)
    {
        await using var sink = await SinkCounter.StartAsync();
        var senders = new List<Sender>();
        var sent = new Dictionary<Sender, long>();
        try
        {
            foreach (var store in stores)
                senders.Add(await TransponderSender.StartAsync(store, Mail(sink.Port)));
            for (var round = -WarmUp; round < rounds; round++)
                foreach (var sender in senders.Cast<TransponderSender>())
                {
                    var expected = sent[sender] = sent.GetValueOrDefault(sender) + count;
                    await sender.RoundAsync(
                        $"r{round + WarmUp}",
                        count,
                        () => SinkCounter.UntilAsync(sender.Metrics, expected, deadline),
                        round >= 0
                    );
                }
            Report(senders, count, rounds, senders[0].Name, "one mail for each event, to smtp-sink");
            return 0;
        }
        finally
        {
            foreach (var sender in senders)
                await sender.DisposeAsync();
        }
    }

    // The recipients map makes the workload's channel a mail address.
    private static string Mail(int port) =>
        $$"""
            projects: [ {{Workload.Project}} ]
            notifications:
              type: embedded
              emailer:
                sender: flyte@example.com
                subject: 'An execution ended'
                body: 'It ended.'
                emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1, smtpPort: "{{port}}" }
            recipients: { {{Workload.Channel}}: [ oncall@example.com ] }
            """;

    /// <summary>How many requests the receiver answers when nothing but a bare client asks it.</summary>
    private static async Task<double> BareLimitAsync(Counter receiver)
    {
        const int Requests = 20_000;
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        var url = new Uri(receiver.Url);
        var body = new byte[1500];
        var left = Requests;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(AskAsync)));
        return Requests / Stopwatch.GetElapsedTime(began).TotalSeconds;

        async Task AskAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var content = new ByteArrayContent(body);
                using var answer = await http.PostAsync(url, content);
                answer.EnsureSuccessStatusCode();
            }
        }
    }

    private static void Report(List<Sender> senders, int count, int rounds, string reference, string note)
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"{rounds} alternating rounds of {count} deliveries, from the first request to the last arrival; {note}.");
        Console.WriteLine();
        Console.WriteLine($"| sender | deliveries/s (median) | min … max | × {reference} | sender CPU µs/delivery |");
        Console.WriteLine("|---|---|---|---|---|");
        var first = IngestCommand.Median(senders[0].Rates);
        foreach (var sender in senders)
        {
            var rate = IngestCommand.Median(sender.Rates);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {sender.Name} | {rate:#,0} | {sender.Rates.Min():#,0} … {sender.Rates.Max():#,0} | {rate / first:0.00} | {IngestCommand.Median(sender.Costs):0} |"
                )
            );
        }
    }
}
