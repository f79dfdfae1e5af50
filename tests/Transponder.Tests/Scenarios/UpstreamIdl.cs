using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Flyte's IDL as clients that are not ours read it.</summary>
public static class UpstreamIdl
{
    /// <summary>A file with the descriptors of the admin and signal services and of statuses, compiled by protoc.</summary>
    /// <param name="folder">Where it is written.</param>
    public static async Task<string> CompileAsync(TempDirectory folder)
    {
        var set = folder.File("admin.binpb");
        string[] arguments =
        [
            $"-I{Repository.File("node_modules/@flyteorg/flyteidl/protos")}",
            $"-I{Repository.File("node_modules/google-proto-files")}",
            $"-I{Repository.File("src/Transponder.Idl/stubs")}",
            "--include_imports",
            $"--descriptor_set_out={set}",
            "flyteidl/service/admin.proto",
            "flyteidl/service/signal.proto",
            "google/rpc/status.proto",
        ];
        await using var protoc = ChildProcess.Start(Executable.Require("protoc", "protobuf-compiler"), arguments);
        Assert.True(await protoc.ExitAsync() == 0, protoc.Output);
        return set;
    }
}
