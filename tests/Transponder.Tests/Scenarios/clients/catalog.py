"""Registers a catalog with grpcio on upstream's IDL and lists it in every way, while another thread registers more. Ends with 0 when each list held."""
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, descriptor_set = sys.argv[1:3]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, "rb") as source:
    files.ParseFromString(source.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)
service = pool.FindServiceByName("flyteidl.service.AdminService")
channel = grpc.insecure_channel(address)

PROJECT, DOMAIN = "flytesnacks", "development"
TASK, WORKFLOW, PLAN = 1, 2, 3
ASCENDING, DESCENDING = 1, 0


def call(name, **fields):
    method = service.FindMethodByName(name)
    request, reply = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    path = f"/{service.full_name}/{name}"
    run = channel.unary_unary(path, request_serializer=request.SerializeToString, response_deserializer=reply.FromString)
    return run(request(**fields), timeout=60)


def refused(code, name, **fields):
    """The message of a call that must fail with a code."""
    try:
        call(name, **fields)
    except grpc.RpcError as error:
        assert error.code() == code, f"{name}: {error.code()} {error.details()}"
        return error.details()
    raise AssertionError(f"{name} {fields} was not refused")


def same(what, expected, actual):
    assert expected == actual, f"{what}: expected {expected}, got {actual}"


def identifier(kind, name, version):
    return {"resource_type": kind, "project": PROJECT, "domain": DOMAIN, "name": name, "version": version}


def register_task(name, version, kind="python-task", description=None):
    template = {
        "type": kind,
        "metadata": {"runtime": {"version": "1.16.0", "flavor": "python"}},
        "interface": {},
        "container": {"image": "example.com/t:1"},
    }
    spec = {"template": template}
    if description:
        spec["description"] = {"short_description": description, "long_description": {"value": description * 3, "format": 1}}
    call("CreateTask", id=identifier(TASK, name, version), spec=spec)


def register_workflow(name, version):
    node = {"id": "n0", "task_node": {"reference_id": identifier(TASK, "task-00", "v0")}}
    template = {"id": identifier(WORKFLOW, name, version), "interface": {}, "nodes": [node]}
    call("CreateWorkflow", id=identifier(WORKFLOW, name, version), spec={"template": template})


def register_plan(name, version, workflow, cron=None):
    metadata = {"schedule": {"cron_schedule": {"schedule": cron}}} if cron else {}
    spec = {"workflow_id": identifier(WORKFLOW, workflow, "v0"), "entity_metadata": metadata}
    call("CreateLaunchPlan", id=identifier(PLAN, name, version), spec=spec)


def pages(method, field, limit=7, where=None, **fields):
    """Every entry over all pages; where is the message that names project and domain, if it is not the request."""
    scope = {"project": PROJECT, "domain": DOMAIN}
    token, found = "", []
    while True:
        scoped = {"id": {**scope, **(where or {})}} if where is not None else scope
        page = call(method, limit=limit, token=token, **scoped, **fields)
        entries = list(getattr(page, field))
        assert len(entries) <= limit, f"{method}: {len(entries)} entries on a page of {limit}"
        found += entries
        if not page.token:
            return found
        token = page.token
        same(f"{method} token", str(len(found)), token)


def sort(key, direction=ASCENDING):
    return {"sort_by": {"key": key, "direction": direction}}


def versions(entries):
    return [(one.id.name, one.id.version) for one in entries]


def check_versions(method, field, names, count):
    """Each version stands on exactly one page, in each order, whatever is registered meanwhile."""
    every = sorted((name, f"v{i}") for name in names for i in range(count))
    # Registered later sorts last: by age, and here by name too.
    for order in ({}, sort("created_at"), sort("name")):
        found = versions(pages(method, field, where={}, **order))
        same(f"{method} {order}: repeats", len(found), len(set(found)))
        same(f"{method} {order}: misses", every, sorted(one for one in found if not one[0].startswith("zz")))
    found = versions(pages(method, field, where={}, filters="not_like(name,zz%)", **sort("name", DESCENDING)))
    same(f"{method} downwards", [name for name, _ in reversed(every)], [name for name, _ in found])
    same(f"{method} downwards: misses", every, sorted(found))
    found = versions(pages(method, field, where={"name": names[3]}, limit=2, **sort("created_at", DESCENDING)))
    same(f"{method} of one name", [(names[3], f"v{i}") for i in reversed(range(count))], found)
    found = versions(pages(method, field, where={}, filters=f"value_in(name,{names[0]};{names[5]})+ne(version,v1)"))
    same(f"{method} filtered", {(n, f"v{i}") for n in (names[0], names[5]) for i in range(count) if i != 1}, set(found))


def check_ids(method, kind, names):
    found = [one.name for one in pages(method, "entities")]
    same(f"{method}: misses", names, [one for one in found if not one.startswith("zz")])
    same(f"{method}: repeats", len(found), len(set(found)))
    found = [one.id.name for one in pages("ListNamedEntities", "entities", resource_type=kind, filters="lt(name,zz)")]
    same(f"names of {kind}", names, found)
    found = [one.id.name for one in pages("ListNamedEntities", "entities", resource_type=kind, filters="lt(name,zz)", **sort("name", DESCENDING))]
    same(f"names of {kind} downwards", names[::-1], found)


def check_refusals():
    wrong = grpc.StatusCode.INVALID_ARGUMENT
    scope = {"id": {"project": PROJECT, "domain": DOMAIN}}
    for method, known in (("ListTasks", "type"), ("ListWorkflows", "short_description"), ("ListLaunchPlans", "schedule_type")):
        assert "limit" in refused(wrong, method, **scope)
        assert "next" in refused(wrong, method, limit=1, token="next", **scope)
        said = refused(wrong, method, limit=1, filters="eq(colour,red)", **scope)
        assert "colour" in said and known in said and "created_at" in said, said
        said = refused(wrong, method, limit=1, filters="resembles(name,red)", **scope)
        assert "resembles" in said and "value_not_in" in said, said
        assert "colour" in refused(wrong, method, limit=1, sort_by={"key": "colour"}, **scope)
    for method in ("ListTaskIds", "ListWorkflowIds", "ListLaunchPlanIds", "ListActiveLaunchPlans"):
        assert "limit" in refused(wrong, method, project=PROJECT, domain=DOMAIN)
        assert "next" in refused(wrong, method, project=PROJECT, domain=DOMAIN, limit=1, token="next")
    assert "resource_type" in refused(wrong, "ListNamedEntities", project=PROJECT, domain=DOMAIN, limit=1)


def check_launch_plans(names):
    found = versions(pages("ListLaunchPlans", "launch_plans", where={}, filters="eq(schedule_type,CRON)"))
    same("scheduled", {(name, f"v{i}") for name in names[:2] for i in range(4)}, set(found))
    found = versions(pages("ListLaunchPlans", "launch_plans", where={}, filters="eq(workflow.name,workflow-04)"))
    same("of one workflow", {(names[4], f"v{i}") for i in range(4)}, set(found))
    for name in names:
        call("UpdateLaunchPlan", id=identifier(PLAN, name, "v1"), state=1)
        call("UpdateLaunchPlan", id=identifier(PLAN, name, "v2"), state=1)
    same("active", [(name, "v2") for name in names], versions(pages("ListActiveLaunchPlans", "launch_plans", limit=3, **sort("name"))))
    found = pages("ListLaunchPlans", "launch_plans", where={}, filters="eq(state,ACTIVE)")
    same("active by filter", {(name, "v2") for name in names}, set(versions(found)))
    same("state", {1}, {one.closure.state for one in found})


def check_names():
    id_ = {"project": PROJECT, "domain": DOMAIN, "name": "task-03"}
    call("UpdateNamedEntity", resource_type=TASK, id=id_, metadata={"description": "the third", "state": 1})
    one = call("GetNamedEntity", resource_type=TASK, id=id_)
    same("described", ("the third", 1), (one.metadata.description, one.metadata.state))
    assert "task-03" not in [one.name for one in pages("ListTaskIds", "entities")]
    found = [one.id.name for one in pages("ListNamedEntities", "entities", resource_type=TASK, filters="eq(state,1)")]
    same("archived", ["task-03"], found)
    missing = {**id_, "name": "none"}
    refused(grpc.StatusCode.NOT_FOUND, "GetNamedEntity", resource_type=TASK, id=missing)
    refused(grpc.StatusCode.NOT_FOUND, "UpdateNamedEntity", resource_type=TASK, id=missing, metadata={"state": 1})


def check_descriptions(names):
    found = pages("ListDescriptionEntities", "descriptionEntities", where={}, resource_type=TASK, limit=2, **sort("name"))
    same("described", [(name, "v0") for name in names[:5]], versions(found))
    one = call("GetDescriptionEntity", id=identifier(TASK, names[2], "v0"))
    same("description", (f"about {names[2]}", 1), (one.short_description, one.long_description.format))
    refused(grpc.StatusCode.NOT_FOUND, "GetDescriptionEntity", id=identifier(TASK, names[2], "v1"))


def check_projects():
    call("RegisterProject", project={"id": "side", "name": "side", "labels": {"values": {"team": "a"}}})
    call("UpdateProject", id="side", state=1)
    same("projects", [PROJECT], [one.id for one in call("ListProjects").projects])
    found = call("ListProjects", filters="value_in(state,0;1)", sort_by={"key": "identifier", "direction": DESCENDING}).projects
    same("all projects", ["side", PROJECT], [one.id for one in found])
    same("archived", ("side", "a"), (call("GetProject", id="side").name, call("GetProject", id="side").labels.values["team"]))
    id_ = {**identifier(TASK, "t", "v"), "project": "side"}
    said = refused(grpc.StatusCode.INVALID_ARGUMENT, "CreateTask", id=id_, spec={})
    assert "not active" in said, said


def check_attributes():
    scope = {"project": PROJECT, "domain": DOMAIN}
    queue = lambda tag: {"execution_queue_attributes": {"tags": [tag]}}
    read = lambda reply: reply.attributes.matching_attributes.execution_queue_attributes.tags[0]
    call("UpdateProjectAttributes", attributes={"project": PROJECT, "matching_attributes": queue("p")})
    same("from project", "p", read(call("GetProjectDomainAttributes", resource_type=2, **scope)))
    call("UpdateProjectDomainAttributes", attributes={**scope, "matching_attributes": queue("d")})
    same("from domain", "d", read(call("GetWorkflowAttributes", resource_type=2, workflow="w", **scope)))
    call("UpdateWorkflowAttributes", attributes={**scope, "workflow": "w", "matching_attributes": queue("w")})
    same("from workflow", "w", read(call("GetWorkflowAttributes", resource_type=2, workflow="w", **scope)))
    found = call("ListMatchableAttributes", resource_type=2).configurations
    same("all", [("w", DOMAIN), ("", DOMAIN), ("", "")], [(one.workflow, one.domain) for one in found])
    call("DeleteWorkflowAttributes", resource_type=2, workflow="w", **scope)
    call("DeleteProjectDomainAttributes", resource_type=2, **scope)
    same("what is left", "p", read(call("GetWorkflowAttributes", resource_type=2, workflow="w", **scope)))
    call("DeleteProjectAttributes", resource_type=2, project=PROJECT)
    refused(grpc.StatusCode.NOT_FOUND, "GetProjectAttributes", resource_type=2, project=PROJECT)


class Neighbour(threading.Thread):
    """Registers until it is told to stop; at least something."""

    def __init__(self):
        super().__init__()
        self.stop, self.started, self.count, self.failure = threading.Event(), threading.Event(), 0, None

    def run(self):
        try:
            while not self.stop.is_set():
                name = f"zz-{self.count:05}"
                register_task(name, "v0")
                register_workflow(name, "v0")
                register_plan(name, "v0", name)
                self.count += 1
                self.started.set()
        except grpc.RpcError as error:
            self.failure = error
            self.started.set()


call("RegisterProject", project={"id": PROJECT, "name": PROJECT})
tasks = [f"task-{i:02}" for i in range(12)]
workflows = [f"workflow-{i:02}" for i in range(8)]
plans = [f"plan-{i:02}" for i in range(8)]
for version in range(4):
    for i, name in enumerate(tasks):
        register_task(name, f"v{version}", "spark" if i == 1 else "python-task", f"about {name}" if version == 0 and i < 5 else None)
    for name in workflows:
        register_workflow(name, f"v{version}")
    for i, name in enumerate(plans):
        register_plan(name, f"v{version}", f"workflow-{i:02}", "0 * * * *" if i < 2 else None)

neighbour = Neighbour()
neighbour.start()
try:
    neighbour.started.wait()
    check_versions("ListTasks", "tasks", tasks, 4)
    check_versions("ListWorkflows", "workflows", workflows, 4)
    check_versions("ListLaunchPlans", "launch_plans", plans, 4)
    check_ids("ListTaskIds", TASK, tasks)
    check_ids("ListWorkflowIds", WORKFLOW, workflows)
    check_ids("ListLaunchPlanIds", PLAN, plans)
finally:
    neighbour.stop.set()
    neighbour.join()
assert neighbour.failure is None, neighbour.failure
same("spark tasks", {("task-01", f"v{i}") for i in range(4)}, set(versions(pages("ListTasks", "tasks", where={}, filters="eq(type,spark)"))))
check_launch_plans(plans)
check_refusals()
check_names()
check_descriptions(tasks)
check_projects()
check_attributes()
print(f"held, beside {neighbour.count} registrations")
