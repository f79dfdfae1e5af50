using Transponder.Core.Store;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

public sealed class PostgresOptionsTests
{
    private static readonly PostgresOptions Unreachable = new() { Host = "127.0.0.1", Port = 1 };

    [Theory]
    [InlineData("")]
    [InlineData("sslmode=disable")]
    [InlineData("sslmode=verify-full sslrootcert='/a b/ca.pem' connect_timeout=5")]
    [InlineData("application_name=x target_session_attrs=read-write options='-c work_mem=8MB'")]
    public async Task Options_InLibpqsSpelling_AreTaken(string options)
    {
        await using var store = new PostgresStore(Unreachable with { Options = options });

        Assert.Equal("PostgreSQL database postgres at 127.0.0.1:1", store.Description);
    }

    [Theory]
    [InlineData("sslmod=disable", "sslmod")]
    [InlineData("sslmode=perhaps", "sslmode")]
    [InlineData("connect_timeout=soon", "connect_timeout")]
    public void Options_Unknown_AreRefusedByName(string options, string name)
    {
        var problem = Assert.Throws<FormatException>(() => new PostgresStore(Unreachable with { Options = options }));

        Assert.Contains(name, problem.Message, StringComparison.Ordinal);
        Assert.Equal(problem.Message, (Unreachable with { Options = options }).FindProblem());
    }

    [Fact]
    public async Task Check_NobodyListens_IsUnavailableAndSaysNoSecret()
    {
        await using var store = new PostgresStore(Unreachable with { Password = SecretRef.FromValue("s3cret") });

        var failure = await Assert.ThrowsAsync<StoreException>(() => store.CheckAsync(TestContext.Current.CancellationToken));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_PasswordCannotBeRead_IsUnavailableAndNamesThePlace()
    {
        await using var store = new PostgresStore(Unreachable with { Password = SecretRef.FromFile("/nowhere/password") });

        var failure = await Assert.ThrowsAsync<StoreException>(() => store.CheckAsync(TestContext.Current.CancellationToken));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
    }
}
