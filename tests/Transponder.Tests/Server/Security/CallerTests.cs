using Transponder.Server.Security;
using Xunit;

namespace Transponder.Tests.Server.Security;

public sealed class CallerTests
{
    private static readonly Caller Mixed = Caller.Of(
        "mixed",
        new Grant(Roles.Viewer, new HashSet<string> { "a" }),
        new Grant(Roles.Operator, new HashSet<string> { "b" })
    );

    [Fact]
    public void With_RolesOfSeveralGrants_KeepsEachToItsProjects()
    {
        Assert.Equal(["a", "b"], Mixed.Projects!.Order());
        Assert.Equal(["b"], Mixed.With(AccessRules.Operates)!.Projects!);
        Assert.Equal(["a", "b"], Mixed.With(AccessRules.Reads)!.Projects!.Order());
        Assert.Null(Mixed.With(AccessRules.Administers));
    }

    [Fact]
    public void Sees_OneGrantForAll_IsEveryProject()
    {
        var caller = Caller.Of("x", new Grant(Roles.Viewer, null), new Grant(Roles.Admin, new HashSet<string> { "a" }));

        Assert.True(caller.Sees("anything"));
        Assert.False(caller.With(AccessRules.Administers)!.Sees("b"));
    }

    [Fact]
    public void Sees_WithoutGrants_IsNothing() => Assert.False(Caller.Of("x").Sees("a"));

    [Fact]
    public void SpeakingForOthers_OfAnyCaller_KeepsItsGrants()
    {
        var proxy = Mixed.SpeakingForOthers();

        Assert.True(proxy.SpeaksForOthers);
        Assert.Same(proxy, Mixed.SpeakingForOthers());
        Assert.True(proxy.With(AccessRules.Operates)!.SpeaksForOthers);
        Assert.Equal(["b"], proxy.With(AccessRules.Operates)!.Projects!);
    }
}
