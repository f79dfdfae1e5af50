using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Core.Catalog;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Executions;

public sealed class SignalRegistryTests
{
    [Fact]
    public async Task Signal_AskedForTwiceAndSet_HasItsValue()
    {
        await using var fixture = await WithExecutionAsync();
        var signals = Registry(fixture);

        var made = await signals.GetOrCreateAsync(Ask("approve", SimpleType.Boolean), Token);
        await signals.SetAsync(Set("approve", Boolean(false)), Token);
        await signals.SetAsync(Set("approve", Boolean(true)), Token);
        var again = await signals.GetOrCreateAsync(Ask("approve", SimpleType.String), Token);

        Assert.Null(made.Value);
        Assert.Equal((SimpleType.Boolean, Boolean(true)), (again.Type.Simple, again.Value));
        Assert.Equal(Id("approve"), again.Id);
    }

    [Fact]
    public async Task Signals_AreListedInPages()
    {
        await using var fixture = await WithExecutionAsync();
        var signals = Registry(fixture);
        foreach (var name in new[] { "b", "a", "c" })
            await signals.GetOrCreateAsync(Ask(name, SimpleType.Boolean), Token);
        var request = new SignalListRequest { WorkflowExecutionId = Id("a").ExecutionId, Limit = 2 };
        request.SortBy = new Sort { Key = "signal_id", Direction = Sort.Types.Direction.Ascending };

        var first = await signals.ListAsync(request, Token);
        request.Token = first.Token;
        var second = await signals.ListAsync(request, Token);

        Assert.Equal(["a", "b", "c"], first.Signals.Concat(second.Signals).Select(signal => signal.Id.SignalId));
        (request.Token, request.Filters) = ("", "eq(signal_id,c)");
        Assert.Equal("c", (await signals.ListAsync(request, Token)).Signals.Single().Id.SignalId);
    }

    [Fact]
    public async Task WrongSignal_IsRefused()
    {
        await using var fixture = await WithExecutionAsync();
        var signals = Registry(fixture);
        await signals.GetOrCreateAsync(Ask("approve", SimpleType.Boolean), Token);
        var elsewhere = Ask("approve", SimpleType.Boolean);
        elsewhere.Id.ExecutionId.Name = "no";

        await Invalid("missing id", () => signals.GetOrCreateAsync(new SignalGetOrCreateRequest(), Token));
        await Invalid("missing id.signal_id", () => signals.GetOrCreateAsync(Ask("", SimpleType.Boolean), Token));
        await Invalid("missing type", () => signals.GetOrCreateAsync(new SignalGetOrCreateRequest { Id = Id("x") }, Token));
        await Invalid("missing value", () => signals.SetAsync(new SignalSetRequest { Id = Id("approve") }, Token));
        await Invalid("does not exist", () => signals.SetAsync(Set("other", Boolean(true)), Token));
        await Invalid("not castable", () => signals.SetAsync(Set("approve", Samples.Integer(1)), Token));
        await Invalid(
            "invalid value for limit",
            () => signals.ListAsync(new SignalListRequest { WorkflowExecutionId = Id("a").ExecutionId }, Token)
        );
        await FailsAsync(StatusCode.NotFound, "missing entity of type execution", () => signals.GetOrCreateAsync(elsewhere, Token));

        static Task Invalid(string message, Func<Task> act) => FailsAsync(StatusCode.InvalidArgument, message, act);
    }

    private static async Task<CatalogFixture> WithExecutionAsync()
    {
        var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchAsync("e1");
        return fixture;
    }

    private static SignalRegistry Registry(CatalogFixture fixture) => new(fixture.Store.Signals, fixture.Time);

    private static SignalIdentifier Id(string name) =>
        new() { ExecutionId = new ExecutionKey(CatalogFixture.Project, CatalogFixture.Domain, "e1").ToIdentifier(), SignalId = name };

    private static SignalGetOrCreateRequest Ask(string name, SimpleType type) =>
        new()
        {
            Id = Id(name),
            Type = new LiteralType { Simple = type },
        };

    private static SignalSetRequest Set(string name, Literal value) => new() { Id = Id(name), Value = value };

    private static Literal Boolean(bool value) => new() { Scalar = new Scalar { Primitive = new Primitive { Boolean = value } } };
}
