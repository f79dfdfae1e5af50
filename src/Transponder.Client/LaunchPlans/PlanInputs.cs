using Flyteidl.Core;
using Transponder.Client.Values;

namespace Transponder.Client.LaunchPlans;

/// <summary>Inputs as a launch plan and an execution carry them, checked against what is expected; every problem is named at once.</summary>
internal static class PlanInputs
{
    /// <summary>The default and fixed inputs of a launch plan in the order of their names; what is neither is among the defaults, as required.</summary>
    /// <param name="workflow">The workflow's inputs; null = not known.</param>
    /// <param name="defaults">What an execution may override.</param>
    /// <param name="constants">What no execution may override.</param>
    public static (ParameterMap Defaults, LiteralMap Fixed) Of(VariableMap? workflow, Inputs defaults, Inputs constants)
    {
        var writer = new LiteralWriter();
        var parameters = new SortedDictionary<string, Parameter>(StringComparer.Ordinal);
        var literals = new LiteralMap();
        foreach (var (name, variable) in workflow?.Variables ?? [])
            if (!constants.Contains(name))
                parameters[name] = new Parameter { Var = variable, Required = true };
        foreach (var (name, value) in defaults)
        {
            var path = $"defaultInputs.{name}";
            if (constants.Contains(name))
                writer.Refuse(path, "it is fixed too; one of the two must go");
            if (Variable(workflow, name, value, path, writer) is { } variable)
                parameters[name] = new Parameter { Var = variable, Default = writer.Write(value, variable.Type, path) };
        }
        foreach (var (name, value) in constants)
        {
            var path = $"fixedInputs.{name}";
            if (Variable(workflow, name, value, path, writer) is { } variable)
                literals.Literals[name] = writer.Write(value, variable.Type, path);
        }
        writer.ThrowIfInvalid();
        return (new ParameterMap { Parameters = { parameters } }, literals);
    }

    /// <summary>The inputs of one execution.</summary>
    /// <param name="expected">What the launch plan leaves open.</param>
    /// <param name="constants">What it fixes.</param>
    /// <param name="inputs">What the execution says.</param>
    public static LiteralMap Of(ParameterMap? expected, LiteralMap? constants, Inputs inputs)
    {
        var writer = new LiteralWriter();
        var literals = new LiteralMap();
        var parameters = expected?.Parameters ?? [];
        foreach (var (name, value) in inputs)
        {
            var path = $"inputs.{name}";
            if (constants?.Literals.ContainsKey(name) == true)
                writer.Refuse(path, "the launch plan fixes it");
            else if (!parameters.TryGetValue(name, out var parameter))
                writer.Refuse(path, $"the launch plan takes {Listed(parameters.Keys)}");
            else
                literals.Literals[name] = writer.Write(value, parameter.Var.Type, path);
        }
        foreach (var (name, parameter) in parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
            if (parameter.BehaviorCase == Parameter.BehaviorOneofCase.Required && parameter.Required && !inputs.Contains(name))
                writer.Refuse($"inputs.{name}", $"missing; {LiteralTypeName.Of(parameter.Var.Type)} is required");
        writer.ThrowIfInvalid();
        return literals;
    }

    private static Variable? Variable(VariableMap? workflow, string name, object? value, string path, LiteralWriter writer)
    {
        if (workflow is null)
            return new Variable { Type = LiteralInference.Of(value) };
        if (workflow.Variables.TryGetValue(name, out var variable))
            return variable;
        writer.Refuse(path, $"the workflow takes {Listed(workflow.Variables.Keys)}");
        return null;
    }

    private static string Listed(ICollection<string> names) =>
        names.Count == 0 ? "no inputs" : string.Join(", ", names.Order(StringComparer.Ordinal));
}
