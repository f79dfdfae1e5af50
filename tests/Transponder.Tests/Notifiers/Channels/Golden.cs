using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>Payloads as they were once looked at and found right. To change one: delete its file, run the test, and look at what it wrote.</summary>
public static class Golden
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A request's JSON, laid out for people.</summary>
    public static string Json(JsonElement payload) => JsonSerializer.Serialize(payload, Layout);

    /// <param name="tests">The channel's tests.</param>
    /// <param name="name">What the payload shows.</param>
    /// <param name="payload">The payload as the channel wrote it.</param>
    public static void Check(Type tests, string name, string payload)
    {
        var folder = Repository.TestFile($"{tests.Namespace!["Transponder.Tests.".Length..].Replace('.', '/')}/Goldens");
        var extension = payload.StartsWith('{') ? "json" : "txt";
        var file = Path.Combine(folder, $"{tests.Name[..^"ContractTests".Length]}-{name}.{extension}");
        var text = payload.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(file, text);
            Assert.Fail($"{Path.GetRelativePath(Repository.Root, file)} is new: look at it, and run the test again");
        }
        Assert.Equal(File.ReadAllText(file), text);
    }
}
