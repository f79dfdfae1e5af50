"""A session shaped after flytekit's FlyteRemote, with grpcio on upstream's IDL: register, execute, wait, read everything back, end another run.

flytekit itself is in no registry that the tests may use, so its calls are made here one by one, in its order and with its page sizes. What
propeller would report meanwhile is sent by the same script. Prints what the session saw as one line of JSON.
"""
import json
import sys
import time

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

PROJECT, DOMAIN, VERSION = "flytesnacks", "development", "v1"
TERMINAL = {"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"}
PAGE = 2


class Remote:
    """Calls by method name; requests and replies as dictionaries with the IDL's names."""

    def __init__(self, address, descriptor_set):
        files = descriptor_pb2.FileDescriptorSet()
        with open(descriptor_set, "rb") as source:
            files.ParseFromString(source.read())
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)
        self.channel = grpc.insecure_channel(address)

    def call(self, method, request, service="AdminService"):
        descriptor = self.pool.FindServiceByName(f"flyteidl.service.{service}").FindMethodByName(method)
        take, give = self.factory.GetPrototype(descriptor.input_type), self.factory.GetPrototype(descriptor.output_type)
        run = self.channel.unary_unary(
            f"/flyteidl.service.{service}/{method}", request_serializer=take.SerializeToString, response_deserializer=give.FromString
        )
        message = json_format.ParseDict(request, take(), descriptor_pool=self.pool)
        reply = run(message, timeout=60)
        return json_format.MessageToDict(reply, preserving_proto_field_name=True, descriptor_pool=self.pool)

    def create(self, method, request):
        """flytekit registers again and again, and takes AlreadyExists for success."""
        try:
            self.call(method, request)
            return "created"
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.ALREADY_EXISTS:
                raise
            return "existed"

    def every(self, method, request, field, service="AdminService"):
        """All pages, as flytekit's iterators read them."""
        entries, token = [], ""
        while True:
            page = self.call(method, {**request, "limit": PAGE, "token": token}, service)
            entries += page.get(field, [])
            token = page.get("token", "")
            if not token:
                return entries


def identifier(kind, name):
    return {"resource_type": kind, "project": PROJECT, "domain": DOMAIN, "name": name, "version": VERSION}


def execution_id(name):
    return {"project": PROJECT, "domain": DOMAIN, "name": name}


def integer(value):
    return {"scalar": {"primitive": {"integer": str(value)}}}


INTEGER = {"type": {"simple": "INTEGER"}}
INTERFACE = {"inputs": {"variables": {"x": INTEGER}}, "outputs": {"variables": {"y": INTEGER}}}


def bind(variable, node=""):
    return {"var": variable, "binding": {"promise": {"node_id": node, "var": "y" if node else "x"}}}


def workflow_template(name, nodes):
    return {"id": identifier("WORKFLOW", name), "interface": INTERFACE, "nodes": nodes, "outputs": [bind("y", nodes[-1]["id"])]}


def register(remote):
    remote.create("RegisterProject", {"project": {"id": PROJECT, "name": PROJECT}})
    task = {
        "id": identifier("TASK", "double"),
        "type": "python-task",
        "metadata": {"runtime": {"type": "FLYTE_SDK", "version": "1.16.0", "flavor": "python"}, "retries": {"retries": 2}},
        "interface": INTERFACE,
        "container": {"image": "example.com/double:v1", "args": ["pyflyte-execute"]},
    }
    run = {"id": "n0", "metadata": {"name": "double"}, "task_node": {"reference_id": identifier("TASK", "double")}, "inputs": [bind("x")]}
    inner = workflow_template("inner", [run])
    below = {"id": "n1", "workflow_node": {"sub_workflow_ref": identifier("WORKFLOW", "inner")}, "inputs": [{**bind("x", "n0")}]}
    outer = workflow_template("outer", [run, below])
    plan = {
        "workflow_id": identifier("WORKFLOW", "outer"),
        "entity_metadata": {"notifications": [{"phases": ["SUCCEEDED", "FAILED"], "email": {"recipients_email": ["a@example.com"]}}]},
        "labels": {"values": {"team": "ml"}},
    }
    calls = [
        ("CreateTask", {"id": task["id"], "spec": {"template": task}}),
        ("CreateWorkflow", {"id": inner["id"], "spec": {"template": inner}}),
        ("CreateWorkflow", {"id": outer["id"], "spec": {"template": outer, "sub_workflows": [inner]}}),
        ("CreateLaunchPlan", {"id": identifier("LAUNCH_PLAN", "outer"), "spec": plan}),
    ]
    first, again = [[remote.create(*call) for call in calls] for _ in range(2)]
    remote.call("UpdateLaunchPlan", {"id": identifier("LAUNCH_PLAN", "outer"), "state": "ACTIVE"})
    return first, again


def execute(remote, name, inputs):
    spec = {"launch_plan": identifier("LAUNCH_PLAN", "outer"), "metadata": {"mode": "MANUAL", "principal": "placeholder"}, "notifications": {}}
    request = {**execution_id(""), "name": name, "spec": spec, "inputs": {"literals": inputs}}
    return remote.create("CreateExecution", request)


class Propeller:
    """Reports one run as propeller does."""

    def __init__(self, remote, name):
        self.remote, self.execution = remote, execution_id(name)

    def workflow(self, phase, **result):
        self.send("CreateWorkflowEvent", {"execution_id": self.execution, "phase": phase, **result})

    def node(self, node_id, phase, spec_node_id, **more):
        event = {"id": self.node_id(node_id), "phase": phase, "spec_node_id": spec_node_id, "event_version": 1, **more}
        self.send("CreateNodeEvent", event)

    def task(self, node_id, phase, attempt=0, **more):
        event = {"task_id": identifier("TASK", "double"), "parent_node_execution_id": self.node_id(node_id), "retry_attempt": attempt}
        self.send("CreateTaskEvent", {**event, "phase": phase, "task_type": "python-task", **more})

    def node_id(self, node_id):
        return {"node_id": node_id, "execution_id": self.execution}

    def send(self, method, event):
        seconds, rest = divmod(time.time_ns(), 10**9)
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest // 1000:06d}Z"
        self.remote.call(method, {"event": {"producer_id": "propeller", "occurred_at": now, **event}})

    def attempt(self, node_id, attempt, end, **more):
        for phase in ("QUEUED", "RUNNING"):
            self.task(node_id, phase, attempt, input_uri="s3://b/in.pb")
        self.task(node_id, end, attempt, **more)

    def begin(self):
        self.workflow("RUNNING")
        self.node("start-node", "SUCCEEDED", "start-node")
        self.node("n0", "QUEUED", "n0", input_uri="s3://b/in.pb")
        self.node("n0", "RUNNING", "n0")
        self.attempt("n0", 0, "FAILED", error={"code": "USER:Boom", "message": "boom", "kind": "USER"})

    def finish(self):
        outputs = {"literals": {"y": integer(4)}}
        self.attempt("n0", 1, "SUCCEEDED", output_uri="s3://b/out.pb")
        self.node("n0", "SUCCEEDED", "n0", output_uri="s3://b/out.pb", deck_uri="s3://b/deck.html")
        self.node("n1", "RUNNING", "n1", is_parent=True)
        parent = {"parent_node_metadata": {"node_id": "n1"}, "retry_group": "0"}
        self.node("n1-0-n0", "RUNNING", "n0", input_data={"literals": {"x": integer(2)}}, **parent)
        self.attempt("n1-0-n0", 0, "SUCCEEDED", output_data=outputs)
        self.node("n1-0-n0", "SUCCEEDED", "n0", output_data=outputs, **parent)
        self.node("n1", "SUCCEEDED", "n1", is_parent=True, output_data=outputs)
        self.node("end-node", "SUCCEEDED", "end-node")
        self.workflow("SUCCEEDING")
        self.workflow("SUCCEEDED", output_data=outputs)


def sync_nodes(remote, execution, parent=""):
    """As FlyteRemote.sync_node_execution: below parents, else the attempts, with the data of each."""
    seen = {}
    request = {"workflow_execution_id": execution, "unique_parent_id": parent}
    for node in remote.every("ListNodeExecutions", request, "node_executions"):
        data = remote.call("GetNodeExecutionData", {"id": node["id"]})
        entry = {"phase": node["closure"]["phase"], "inputs": data.get("inputs", {}).get("url"), "outputs": data.get("full_outputs", {})}
        if node["metadata"].get("is_parent_node"):
            entry["below"] = sync_nodes(remote, execution, node["id"]["node_id"])
        else:
            attempts = remote.every("ListTaskExecutions", {"node_execution_id": node["id"]}, "task_executions")
            for task in attempts:
                remote.call("GetTaskExecutionData", {"id": task["id"]})
            entry["attempts"] = [task["closure"]["phase"] for task in attempts]
        seen[node["id"]["node_id"]] = entry
    return seen


def sync(remote, name):
    execution = remote.call("GetExecution", {"id": execution_id(name)})
    data = remote.call("GetExecutionData", {"id": execution_id(name)}) if execution["closure"].get("phase") in TERMINAL else {}
    return execution, data, sync_nodes(remote, execution_id(name))


def wait(remote, propeller, name):
    """FlyteRemote.wait: sync until it has ended; propeller goes on between two looks."""
    phases = []
    for step in (lambda: None, propeller.begin, propeller.finish):
        step()
        execution, data, nodes = sync(remote, name)
        phases.append(execution["closure"].get("phase", "UNDEFINED"))
    return phases, execution, data, nodes


def main(address, descriptor_set):
    remote = Remote(address, descriptor_set)
    registered = register(remote)
    workflow = remote.call("GetWorkflow", {"id": identifier("WORKFLOW", "outer")})["closure"]["compiled_workflow"]
    plan = remote.call("GetActiveLaunchPlan", {"id": execution_id("outer")})
    created = [execute(remote, "run", {"x": integer(2)}) for _ in range(2)]
    phases, execution, data, nodes = wait(remote, Propeller(remote, "run"), "run")

    execute(remote, "other", {"x": integer(3)})
    Propeller(remote, "other").workflow("RUNNING")
    signal = {"execution_id": execution_id("other"), "signal_id": "approve"}
    remote.call("GetOrCreateSignal", {"id": signal, "type": {"simple": "BOOLEAN"}}, "SignalService")
    remote.call("SetSignal", {"id": signal, "value": {"scalar": {"primitive": {"boolean": True}}}}, "SignalService")
    signals = remote.every("ListSignals", {"workflow_execution_id": execution_id("other")}, "signals", "SignalService")
    remote.call("TerminateExecution", {"id": execution_id("other"), "cause": "not needed"})
    Propeller(remote, "other").workflow("ABORTED")

    again = remote.call("RelaunchExecution", {"id": execution_id("run"), "name": "again"})["id"]["name"]
    recovered = remote.call("RecoverExecution", {"id": execution_id("other"), "name": "recovered"})["id"]["name"]
    remote.call("UpdateExecution", {"id": execution_id("recovered"), "state": "EXECUTION_ARCHIVED"})
    listing = {"id": {"project": PROJECT, "domain": DOMAIN}, "sort_by": {"key": "created_at", "direction": "DESCENDING"}}

    def names(filters=""):
        return [one["id"]["name"] for one in remote.every("ListExecutions", {**listing, "filters": filters}, "executions")]

    span = remote.call("GetExecutionMetrics", {"id": execution_id("run"), "depth": 10})["span"]
    print(
        json.dumps(
            {
                "registered": registered,
                "workflow": {key: [one["template"]["id"]["name"] for one in workflow[key]] for key in ("sub_workflows", "tasks")},
                "primary": [node["id"] for node in workflow["primary"]["template"]["nodes"]],
                "plan": plan["closure"]["state"],
                "created": created,
                "phases": phases,
                "notified": execution["closure"]["notifications"][0]["email"]["recipients_email"],
                "inputs": data["full_inputs"],
                "outputs": data["full_outputs"],
                "nodes": nodes,
                "signal": signals[0]["value"]["scalar"]["primitive"]["boolean"],
                "aborted": remote.call("GetExecution", {"id": execution_id("other")})["closure"],
                "modes": [remote.call("GetExecution", {"id": execution_id(one)})["spec"]["metadata"] for one in (again, recovered)],
                "active": names(),
                "archived": names("eq(state,EXECUTION_ARCHIVED)"),
                "labelled": names("eq(execution_tag.key,team)+eq(execution_tag.value,ml)+value_in(phase,SUCCEEDED;ABORTED)"),
                "spans": [one.get("operation_id") or one.get("node_id", {}).get("node_id") for one in span["spans"]],
                "projects": [one["id"] for one in remote.call("ListProjects", {"limit": 10})["projects"]],
                "domains": len(remote.call("GetDomains", {})["domains"]),
            }
        )
    )


main(*sys.argv[1:3])
