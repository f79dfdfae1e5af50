using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Server.Wire;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Server.Services;

/// <summary>The part of Flyte's AdminService that keeps projects and names domains.</summary>
internal sealed class ProjectService(ProjectRegistry projects, ChangeSignal changes)
{
    public void AddTo(RpcServiceBuilder admin) =>
        admin
            .Unary<ProjectRegisterRequest, ProjectRegisterResponse>(
                "RegisterProject",
                (request, context) => changes.ToldAsync(projects.RegisterAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<Project, ProjectUpdateResponse>(
                "UpdateProject",
                (request, context) => changes.ToldAsync(projects.UpdateAsync(request, context.Principal ?? "", context.CancellationToken))
            )
            .Unary<ProjectGetRequest, Project>("GetProject", (request, context) => projects.GetAsync(request, context.CancellationToken))
            .Unary<ProjectListRequest, Projects>(
                "ListProjects",
                (request, context) => projects.ListAsync(request, context.Caller.Projects, context.CancellationToken)
            )
            .Unary<GetDomainRequest, GetDomainsResponse>("GetDomains", (_, _) => Task.FromResult(Domains()));

    private GetDomainsResponse Domains()
    {
        var response = new GetDomainsResponse();
        response.Domains.AddRange(projects.Domains.Select(d => new Domain { Id = d.Id, Name = d.Name }));
        return response;
    }
}
