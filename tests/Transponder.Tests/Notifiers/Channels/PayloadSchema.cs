using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>A provider's published schema of its payloads, held against them by an independent validator.</summary>
public static class PayloadSchema
{
    /// <summary>What is wrong with any of the payloads; empty when all of them fit.</summary>
    /// <param name="schema">The schema's path below the channels' tests.</param>
    /// <param name="payloads">The payloads.</param>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(string schema, IEnumerable<JsonElement> payloads)
    {
        var result = await NodeScript.RunAsync(
            "Notifiers/Channels/schema.js",
            [Repository.TestFile($"Notifiers/Channels/{schema}")],
            JsonSerializer.Serialize(payloads)
        );
        return [.. JsonSerializer.Deserialize<List<List<string>>>(result.Succeeded())!.SelectMany(problems => problems)];
    }
}
