using System.Text.RegularExpressions;
using Flyteidl.Admin;
using Flyteidl.Service;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Server.Security;

/// <summary>A caller that is confined to project <c>a</c> can name another one nowhere in any request.</summary>
public sealed class AccessRulesTests
{
    /// <summary>Places where a project is named and nothing of it is read or changed, each with the reason.</summary>
    private static readonly (string Path, string Reason)[] Told =
    [
        (@"(^|\.)task_id\.project$", "an execution's task may be registered elsewhere; the execution's project counts"),
        (@"CreateTaskEvent .*|CreateNodeEvent .*", "an event tells what ran in its own execution"),
        (@"CreateLaunchPlan spec\.(default_inputs|fixed_inputs|entity_metadata)\..*", "artifacts are not resolved"),
        (@"Create(Task|Workflow|LaunchPlan) .*artifact.*", "artifacts are not resolved"),
        (@"CreateExecution inputs\..*|CreateExecution spec\.inputs\..*", "values are taken as they are"),
    ];

    private static readonly Caller OfA = Caller.Of("a", new Grant(Roles.Admin, new HashSet<string> { "a" }));

    public static TheoryData<string> Methods => [.. Services.SelectMany(service => service.Methods).Select(method => method.FullName)];

    private static IEnumerable<ServiceDescriptor> Services =>
        [
            AdminReflection.Descriptor.Services[0],
            DataproxyReflection.Descriptor.Services[0],
            Flyteidl.Service.SignalReflection.Descriptor.Services[0],
            .. DeliveriesReflection.Descriptor.Services,
            .. EventsReflection.Descriptor.Services,
            .. OperationsReflection.Descriptor.Services,
        ];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Request_NamingAnotherProject_IsRefused(string method)
    {
        var descriptor = Services.SelectMany(service => service.Methods).Single(one => one.FullName == method);
        var path = $"/{descriptor.Service.FullName}/{descriptor.Name}";
        Assert.True(AccessRules.All.Has(path), $"{path} has no rule");
        var places = ProjectPaths.Of(descriptor.InputType);
        var own = Own(descriptor, places);
        if (places.Count > 0)
            AccessRules.All.Of(path).Check(OfA, own);

        var open = places.Where(place => IsLetIn(path, Foreign(own, place))).Select(ProjectPaths.Name).ToArray();

        Assert.All(open, place => Assert.Contains(Told, told => Regex.IsMatch($"{descriptor.Name} {place}", told.Path)));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Request_NamingNoProject_IsRefusedOrFiltered(string method)
    {
        string[] filtered =
        [
            "GetVersion",
            "GetDomains",
            "ListProjects",
            "ListMatchableAttributes",
            "ListDeliveries",
            "GetDelivery",
            "ReplayDelivery",
            "ReplayDeliveries",
            "ListEvents",
            "ListChannels",
            "ListSinks",
            "ListQuarantine",
            "Watch",
            "Render",
        ];
        var descriptor = Services.SelectMany(service => service.Methods).Single(one => one.FullName == method);
        var path = $"/{descriptor.Service.FullName}/{descriptor.Name}";

        Assert.Equal(filtered.Contains(descriptor.Name), IsLetIn(path, descriptor.InputType.Parser.ParseFrom([])));
    }

    [Fact]
    public void GetData_UrlOfAnotherProject_IsRefused()
    {
        const string Path = "/flyteidl.service.DataProxyService/GetData";

        Assert.True(IsLetIn(Path, new GetDataRequest { FlyteUrl = "flyte://v1/a/development/e1/n0/o" }));
        Assert.False(IsLetIn(Path, new GetDataRequest { FlyteUrl = "flyte://v1/b/development/e1/n0/o" }));
        Assert.False(IsLetIn(Path, new GetDataRequest { FlyteUrl = "s3://bucket/a/x" }));
    }

    [Fact]
    public void Method_WithoutARule_IsClosedToAdmins()
    {
        var failure = Assert.Throws<RpcException>(() => AccessRules.All.Of("/some.Service/Method").Admit(Caller.Anyone, "Method"));

        Assert.Equal(StatusCode.PermissionDenied, failure.Code);
    }

    [Fact]
    public void Refusal_Words_NameRoleOrProject()
    {
        var rule = AccessRules.All.Of("/flyteidl.service.AdminService/GetExecution");
        var update = AccessRules.All.Of("/flyteidl.service.AdminService/UpdateExecution");
        var viewer = Caller.Of("ci", new Grant(Roles.Viewer, new HashSet<string> { "a" }));

        var role = Assert.Throws<RpcException>(() => update.Admit(viewer, "UpdateExecution"));
        var project = Assert.Throws<RpcException>(() =>
            rule.Check(viewer, new WorkflowExecutionGetRequest { Id = new() { Project = "b" } })
        );

        Assert.Equal("UpdateExecution needs the role operator or admin; the roles of ci: viewer", role.Message);
        Assert.Equal("project b is not open to this token for this call; it is confined to a", project.Message);
    }

    private static bool IsLetIn(string path, IMessage request)
    {
        try
        {
            var rule = AccessRules.All.Of(path);
            rule.Check(rule.Admit(OfA, path), request);
            return true;
        }
        catch (RpcException failure)
        {
            Assert.Equal(StatusCode.PermissionDenied, failure.Code);
            return false;
        }
    }

    // The shallowest places say which project a request is about.
    private static IMessage Own(MethodDescriptor method, IReadOnlyList<IReadOnlyList<FieldDescriptor>> places)
    {
        var request = method.InputType.Parser.ParseFrom([]);
        foreach (var place in places.Where(place => !place.Any(field => field.IsRepeated)))
            ProjectPaths.Set(request, place, "a");
        return request;
    }

    private static IMessage Foreign(IMessage own, IReadOnlyList<FieldDescriptor> place)
    {
        var request = own.Descriptor.Parser.ParseFrom(own.ToByteString());
        ProjectPaths.Set(request, place, "b");
        return request;
    }
}
