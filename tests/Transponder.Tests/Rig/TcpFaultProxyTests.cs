using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Transponder.Tests.Rig;

public sealed class TcpFaultProxyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Faults_OneAfterTheOther_AreWhatTheyAreCalled()
    {
        using var echo = new TcpListener(IPAddress.Loopback, 0);
        echo.Start();
        var serving = EchoAsync(echo);
        await using var proxy = TcpFaultProxy.Start(((IPEndPoint)echo.LocalEndpoint).Port);

        using (var client = await ConnectAsync(proxy))
        {
            Assert.Equal(7, await AskAsync(client, 7));
            proxy.Set(Fault.Stall);
            var answer = AskAsync(client, 8);
            Assert.False(answer.IsCompleted);
            proxy.Set(Fault.None);
            Assert.Equal(8, await answer);

            proxy.Set(Fault.Refuse);
            await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(client, 9));
        }
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(proxy));

        proxy.Set(Fault.None);
        using var again = await ConnectAsync(proxy);
        Assert.Equal(10, await AskAsync(again, 10));
        echo.Stop();
        await serving;
    }

    private static async Task<TcpClient> ConnectAsync(TcpFaultProxy proxy)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Token);
        return client;
    }

    private static async Task<int> AskAsync(TcpClient client, byte question)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(new[] { question }, Token);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, Token);
        return answer[0];
    }

    private static async Task EchoAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(Token);
                _ = Task.Run(
                    async () =>
                    {
                        await using var stream = new NetworkStream(socket, ownsSocket: true);
                        await stream.CopyToAsync(stream, Token);
                    },
                    Token
                );
            }
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException)
        {
            // Stopped by the test, while it waited or between two connections.
        }
    }
}
