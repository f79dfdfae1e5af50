using Flyteidl.Service;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Server.Wire;

/// <summary>The schemas of the admin and health services in a file, as clients without generated code read them.</summary>
internal static class DescriptorSet
{
    public static string Write(TempDirectory folder)
    {
        var set = new FileDescriptorSet();
        var known = new HashSet<string>();
        Add(AdminReflection.Descriptor);
        Add(DataproxyReflection.Descriptor);
        Add(HealthReflection.Descriptor);
        var path = folder.File("services.binpb");
        using var file = File.Create(path);
        set.WriteTo(file);
        return path;

        void Add(FileDescriptor descriptor)
        {
            if (!known.Add(descriptor.Name))
                return;
            foreach (var dependency in descriptor.Dependencies)
                Add(dependency);
            set.File.Add(FileDescriptorProto.Parser.ParseFrom(descriptor.SerializedData));
        }
    }
}
