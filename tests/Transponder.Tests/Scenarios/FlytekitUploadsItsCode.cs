using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>flytekit's way of sending code to the platform works unchanged, whether files are kept in a directory or in a bucket.</summary>
[Trait("needs", "servers")]
public sealed class FlytekitUploadsItsCode
{
    [Fact]
    public async Task Directory_TakesAndGivesFiles()
    {
        using var folder = new TempDirectory();
        await using var server = await ScenarioServer.StartAsync(
            $"storage: {{ type: local, directory: {folder.File("files")}, prefix: uploads }}"
        );

        var said = await UploadAsync(server, folder);

        AssertAll(said);
        Assert.Equal(400, said.GetProperty("changed").GetInt32());
        Assert.Matches(
            @"^file://.*/files/uploads/flytesnacks/development/[A-Z2-7]{26}(=|%3D){6}/fast.tar.gz$",
            said.GetProperty("native").GetString()
        );
    }

    [Fact]
    public async Task Bucket_OfFlytesOwnConfiguration_TakesAndGivesFiles()
    {
        using var folder = new TempDirectory();
        await using var moto = await MotoServer.StartAsync();
        await moto.CreateBucketAsync("my-s3-bucket");
        await using var server = await ScenarioServer.StartAsync(
            $$"""
            storage:
              type: minio
              container: my-s3-bucket
              connection: { endpoint: '{{moto.Address}}', auth-type: accesskey, access-key: minio, secret-key: miniostorage, region: us-east-1, disable-ssl: true }
            """
        );

        var said = await UploadAsync(server, folder);

        AssertAll(said);
        Assert.Equal("s3://my-s3-bucket/flytesnacks/development/base/s.py", said.GetProperty("fixed").GetString());
    }

    private static async Task<JsonElement> UploadAsync(ScenarioServer server, TempDirectory folder)
    {
        var result = await PythonScript.RunAsync(
            "Scenarios/clients/upload.py",
            [server.Grpc.Authority, DescriptorSet.Write(folder), "fast.tar.gz"],
            modules: ["grpc", "google.protobuf"]
        );
        return JsonSerializer.Deserialize<JsonElement>(result.Succeeded().Split('\n').Last(line => line.StartsWith('{')));
    }

    private static void AssertAll(JsonElement said)
    {
        Assert.Equal(200, said.GetProperty("stored").GetInt32());
        Assert.True(said.GetProperty("same").GetBoolean());
        Assert.Equal(0, said.GetProperty("rewrite").GetInt32());
        Assert.Equal(6, said.GetProperty("taken").GetInt32());
        Assert.Equal(6, said.GetProperty("other").GetInt32());
        Assert.Equal(3, said.GetProperty("nothing").GetInt32());
        Assert.Equal(3, said.GetProperty("traversal").GetInt32());
        Assert.Equal(3, said.GetProperty("long").GetInt32());
        Assert.Equal(3, said.GetProperty("elsewhere").GetInt32());
    }
}
