using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Notifiers;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Security;

public sealed class AuthenticatorTests
{
    private const string Secret = "0123456789abcdef";

    private readonly Authenticator authenticator = new(
        new StaticTokens(
            [
                new TokenOptions
                {
                    Name = "ci",
                    Secret = SecretRef.FromValue(Secret),
                    Grant = new Grant(Roles.Viewer, null),
                },
            ],
            new FakeTimeProvider(),
            NullLogger.Instance
        ),
        null,
        "x-own"
    );

    [Theory]
    [InlineData("authorization", "Bearer " + Secret)]
    [InlineData("Authorization", "bearer " + Secret)]
    [InlineData("flyte-authorization", "Bearer " + Secret)]
    [InlineData("x-own", "Bearer " + Secret)]
    [InlineData("Grpc-Metadata-Authorization", "Bearer " + Secret)]
    public async Task Identify_TokenInAnyKnownHeader_Counts(string header, string value) =>
        Assert.Equal("ci", (await IdentifyAsync((header, value))).Name);

    [Theory]
    [InlineData("Basic " + Secret)]
    [InlineData(Secret)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer 0123456789abcde")]
    [InlineData("Bearer 0123456789abcdef0")]
    public async Task Identify_AnythingElse_DoesNot(string value)
    {
        var caller = await IdentifyAsync(("authorization", value));

        Assert.Equal(StatusCode.Unauthenticated, caller.Refusal!.Code);
        Assert.DoesNotContain(Secret, caller.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Roles.None, caller.Roles);
    }

    [Fact]
    public async Task Identify_NoHeader_IsNobody() => Assert.Same(Caller.Nobody, await IdentifyAsync());

    [Fact]
    public async Task Identify_FlytesHeaderBesideAnother_IsTheOneThatCounts()
    {
        Assert.Equal("ci", (await IdentifyAsync(("authorization", "Basic x"), ("flyte-authorization", $"Bearer {Secret}"))).Name);
        Assert.NotNull((await IdentifyAsync(("authorization", $"Bearer {Secret}"), ("flyte-authorization", "Bearer wrong"))).Refusal);
    }

    private async Task<Caller> IdentifyAsync(params (string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
            dictionary[name] = value;
        return await authenticator.IdentifyAsync(dictionary, TestContext.Current.CancellationToken);
    }
}
