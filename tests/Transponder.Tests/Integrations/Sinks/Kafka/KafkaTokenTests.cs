using System.Buffers.Text;
using System.Text;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Kafka;

/// <summary>OAUTHBEARER against a broker that notes the tokens it is shown.</summary>
[Trait("needs", "servers")]
public sealed class KafkaTokenTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_ThatEndsSoon_IsReadAnewBefore_AndNotForEachConnection()
    {
        Assert.SkipWhen(KafkaLibrary.Problem is not null, $"librdkafka is missing: {KafkaLibrary.Problem}");
        using var folder = new TempDirectory();
        await using var broker = OAuthKafka.Start();
        var ends = TimeProvider.System.GetUtcNow() + Lifetime;
        var (first, second) = (Jwt("one", ends), Jwt("two", ends.AddHours(1)));
        var file = folder.Write("token", first);
        // By a clock that stands still the producer is never replaced: another would read the token anyway.
        await using var sink = new KafkaSink(Options(broker, file), new FakeTimeProvider());
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var publishing = sink.PublishAsync([SampleRecords.Of("e1")], leaving.Token);
        await Eventually.TrueAsync(() => broker.Seen.Count > 0, "the first token");

        folder.Write("token", second);
        await Eventually.TrueAsync(
            () =>
            {
                if (TimeProvider.System.GetUtcNow() - broker.Seen[^1].At > TimeSpan.FromSeconds(0.5))
                    broker.Drop();
                return broker.Seen.Any(one => one.Token == second);
            },
            "the second token"
        );

        Assert.False(publishing.IsCompleted, "the same producer is at it");
        var seen = broker.Seen;
        Assert.All(seen, one => Assert.Contains(one.Token, new[] { first, second }));
        Assert.InRange(seen.Count(one => one.Token == first), 2, int.MaxValue);
        var (last, anew) = (seen.Last(one => one.Token == first).At, seen.First(one => one.Token == second).At);
        // Connections are made all the time, unless nothing at all goes on here.
        Assert.True(
            anew <= ends || anew - last > TimeSpan.FromSeconds(3),
            $"the token that ends at {ends:O} was shown until {last:O}, the next from {anew:O}"
        );
        await leaving.CancelAsync();
        await Task.WhenAny(publishing);
    }

    // Of a version that takes messages without an id of the producer, which this broker does not hand out.
    private static KafkaSinkOptions Options(OAuthKafka broker, string file) =>
        new()
        {
            Brokers = [$"127.0.0.1:{broker.Port}"],
            Topic = "flyte.events",
            Version = new Version(0, 10),
            Mode = KafkaMode.Structured,
            Timeout = TimeSpan.FromMinutes(2),
            Sasl = new KafkaSaslOptions { Mechanism = "OAUTHBEARER", Password = SecretRef.FromFile(file) },
            Properties = new Dictionary<string, string> { ["reconnect.backoff.ms"] = "100", ["reconnect.backoff.max.ms"] = "200" },
        };

    private static string Jwt(string subject, DateTimeOffset ends)
    {
        var claims = $$"""{"sub":"{{subject}}","exp":{{ends.ToUnixTimeSeconds()}}}""";
        return $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.AA";
    }
}
