using Flyteidl.Admin;
using Flyteidl.Service;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Rest;
using Xunit;

namespace Transponder.Tests.Server.Wire;

public sealed class PathTemplateTests
{
    [Theory]
    [InlineData("/api/v1/projects", "api v1 projects")]
    [InlineData("/x/{id.project}/y/{limit}", "x * y *")]
    [InlineData("/x/{id.name=a/*/**}", "x a * **")]
    [InlineData("/x/*/y", "x * y")]
    public void Template_BecomesSegments(string template, string segments) =>
        Assert.Equal(segments, string.Join(' ', PathTemplate.Parse(template, ResourceListRequest.Descriptor).Segments));

    [Theory]
    [InlineData("no/slash")]
    [InlineData("/x/{nobody}")]
    [InlineData("/x/{id.nobody}")]
    [InlineData("/x/{id.name.more}")]
    [InlineData("/x/{limit}suffix")]
    [InlineData("/x/**/y")]
    public void Template_ThatDoesNotFit_IsAnErrorAtStart(string template) =>
        Assert.Throws<FormatException>(() => PathTemplate.Parse(template, ResourceListRequest.Descriptor));

    [Theory]
    [InlineData("POST", "api/v1/executions/relaunch", "RelaunchExecution")]
    [InlineData("GET", "api/v1/executions/p/d", "ListExecutions")]
    [InlineData("GET", "api/v1/executions/p/d/relaunch", "GetExecution")]
    [InlineData("DELETE", "api/v1/executions/p/d/n", "TerminateExecution")]
    [InlineData("GET", "api/v1/task_ids/p/d", "ListTaskIds")]
    [InlineData("GET", "api/v1/tasks/p/d", "ListTasks")]
    [InlineData("PUT", "api/v1/projects/x", "UpdateProject")]
    public void Route_IsTheMostLiteralOne(string verb, string path, string method)
    {
        var services = new RpcServices();
        services.Add(AdminReflection.Descriptor.Services[0]);

        Assert.Equal(method, new RestRouteTable(services).Find(verb, path.Split('/'), out _)?.Method.Descriptor.Name);
    }

    [Fact]
    public void EveryFlyteBinding_HasARoute()
    {
        var services = new RpcServices();
        foreach (var service in AdminReflection.Descriptor.Services)
        {
            services.Add(service);
        }

        var routes = services.Methods.SelectMany(RestRoute.Of).ToList();
        var table = new RestRouteTable(services);
        Assert.True(routes.Count >= 60, $"{routes.Count} bindings");
        Assert.All(
            routes,
            route =>
                Assert.Same(route.Method, table.Find(route.Verb, [.. route.Path.Segments.Select(s => s == "*" ? "v" : s)], out _)?.Method)
        );
    }
}
