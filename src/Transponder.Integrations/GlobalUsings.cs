global using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
global using Task = System.Threading.Tasks.Task;
global using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
global using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;
