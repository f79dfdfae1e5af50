using System.Text.Json;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Tls;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Wire.GrpcWeb;

/// <summary>An independent gRPC-Web client against the wire.</summary>
[Trait("needs", "servers")]
public sealed class GrpcWebClientTests
{
    [Fact]
    public async Task Connect_OverHttp1_SeesRepliesErrorsAndStreams()
    {
        using var folder = new TempDirectory();
        await using var server = await WireServer.StartAsync(ScriptedAdmin.Services());

        AssertAll(await NodeScript.RunAsync("Server/Wire/GrpcWeb/client.js", [server.Http.ToString(), DescriptorSet.Write(folder), "1.1"]));
    }

    [Fact]
    public async Task Connect_OverTlsAndHttp2_SeesTheSameOnEitherPort()
    {
        using var folder = new TempDirectory();
        using var authority = new TestAuthority();
        var (certificate, key) = authority.WriteServer(folder, "127.0.0.1");
        var tls = new TlsOptions { CertificateFile = certificate, KeyFile = key };
        await using var server = await WireServer.StartAsync(ScriptedAdmin.Services(), new WireOptions { Tls = tls });
        var (set, ca) = (DescriptorSet.Write(folder), authority.WritePem(folder));

        AssertAll(await NodeScript.RunAsync("Server/Wire/GrpcWeb/client.js", [server.Http.ToString(), set, "2", ca]));
        AssertAll(await NodeScript.RunAsync("Server/Wire/GrpcWeb/client.js", [server.Grpc.ToString(), set, "1.1", ca]));
    }

    private static void AssertAll(ScriptResult result)
    {
        using var json = JsonDocument.Parse(result.Succeeded().Split('\n').Last(line => line.StartsWith('{')));
        var said = json.RootElement;
        Assert.Equal("1.2.3", said.GetProperty("version").GetString());
        Assert.Equal(3_000_000, said.GetProperty("big").GetInt32());
        Assert.Equal(9, said.GetProperty("details").GetProperty("code").GetInt32());
        Assert.Equal("é gone", said.GetProperty("details").GetProperty("message").GetString());
        Assert.Equal("flyteidl.admin.EventFailureReason", said.GetProperty("details").GetProperty("details")[0].GetString());
        Assert.Equal(12, said.GetProperty("unimplemented").GetProperty("code").GetInt32());
        Assert.Equal(13, said.GetProperty("bug").GetProperty("code").GetInt32());
        Assert.Equal(4, said.GetProperty("deadline").GetProperty("code").GetInt32());
        Assert.Equal(["1", "ended with 1"], said.GetProperty("watch").EnumerateArray().Select(each => each.ToString()));
    }
}
