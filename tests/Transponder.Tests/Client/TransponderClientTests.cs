using System.Reflection;
using Flyteidl.Service;
using Google.Protobuf.Reflection;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Client;

public sealed class TransponderClientTests
{
    [Theory]
    [InlineData(typeof(AdminClient))]
    [InlineData(typeof(DeliveriesClient))]
    [InlineData(typeof(NotifyClient))]
    public void Methods_NamesAndTypes_AreTheServices(Type client)
    {
        var service = ServiceOf(client);
        var methods = client.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

        Assert.NotEmpty(methods);
        Assert.All(
            methods,
            method =>
            {
                MethodDescriptor described = service.FindMethodByName(method.Name[..^"Async".Length]);
                Assert.Equal(described.InputType.ClrType, method.GetParameters()[0].ParameterType);
                Assert.Equal(described.OutputType.ClrType, method.ReturnType.GetGenericArguments().Single());
            }
        );
    }

    [Fact]
    public async Task Call_OverTheNetwork_IsAnswered()
    {
        await using var server = await WireServer.StartAsync(ScriptedAdmin.Services());
        using var client = new TransponderClient(server.Grpc, Patient.Channel);

        var version = await client.Admin.GetVersionAsync(new(), TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<RpcException>(() =>
            client.Deliveries.ListDeliveriesAsync(new(), TestContext.Current.CancellationToken)
        );

        Assert.Equal("1.2.3", version.ControlPlaneVersion.Version_);
        Assert.Equal(StatusCode.Unimplemented, failure.Code);
    }

    private static ServiceDescriptor ServiceOf(Type client) =>
        client == typeof(AdminClient) ? AdminReflection.Descriptor.Services[0]
        : client == typeof(NotifyClient) ? NotifyReflection.Descriptor.Services[0]
        : DeliveriesReflection.Descriptor.Services[0];
}
