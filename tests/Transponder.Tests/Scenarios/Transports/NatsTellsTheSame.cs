using System.Globalization;
using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Played executions through NATS, to a subscriber and into a stream, read live by npm's client and CloudEvents' SDK.</summary>
[Trait("needs", "servers")]
public sealed class NatsTellsTheSame
{
    [Theory]
    [InlineData(EventForm.V1, "structured")]
    [InlineData(EventForm.V1, "binary")]
    [InlineData(EventForm.V2, "structured")]
    [InlineData(EventForm.Flyte, "structured")]
    [InlineData(EventForm.Documented, "binary")]
    [InlineData(EventForm.Raw, "structured")]
    public async Task PlayedExecutions_CoreAndJetStream_ArriveWholeAndInOrder(EventForm form, string mode)
    {
        await using var nats = await NatsServer.StartAsync(
            "authorization { users: [ { user: reader, password: reader }, { user: writer, password: writer } ] }",
            jetStream: true
        );
        var settings =
            $"servers: 'nats://127.0.0.1:{nats.Port}', userAuthentication: {{ enabled: true, user: writer, password: writer }}, jetStream: ";
        await using var server = await ScenarioServer.StartAsync(
            "sinks:\n"
                + PlayedEvents.Sink("core", "nats", settings + "false", "core.{project}.{domain}", form, mode)
                + PlayedEvents.Sink("stream", "nats", settings + "true", "stream.{project}.{domain}", form, mode)
        );
        await using var core = await ReadAsync(nats, "core.*.*", "core", form);
        await using var stream = await ReadAsync(nats, "stream.*.*", "stream", form);

        var log = await PlayedEvents.PlayAsync(server);
        var count = PlayedEvents.Count(form, log);

        foreach (var reader in new[] { core, stream })
        {
            await Eventually.TrueAsync(() => Lines(reader).Count >= count, $"{count} messages");
            PlayedEvents.AssertTold(form, log, [.. Lines(reader).Select(line => CloudEventsSdk.Read(JsonElement.Parse(line)))]);
        }
    }

    private static List<string> Lines(ChildProcess reader) => [.. reader.Lines.Where(line => line.StartsWith('{'))];

    private static async Task<ChildProcess> ReadAsync(NatsServer nats, string subject, string kind, EventForm form)
    {
        var port = nats.Port.ToString(CultureInfo.InvariantCulture);
        var reader = NodeScript.Start(
            "Integrations/Sinks/Nats/read_nats.js",
            [port, subject, kind, form == EventForm.Raw ? "raw" : "events"]
        );
        await reader.LineAsync("ready");
        return reader;
    }
}
