using Flyteidl.Core;

namespace Transponder.Core.Catalog;

/// <summary>How a workflow's inputs, a launch plan's fixed and default inputs, and an execution's own inputs come together.</summary>
public static class LaunchPlanInputs
{
    /// <summary>What an execution of the launch plan may still say: defaults, and the workflow's inputs that are left open, as required.</summary>
    /// <param name="workflow">The workflow's inputs.</param>
    /// <param name="fixedInputs">The launch plan's fixed inputs.</param>
    /// <param name="defaults">The launch plan's default inputs.</param>
    public static ParameterMap Expected(VariableMap? workflow, LiteralMap? fixedInputs, ParameterMap? defaults)
    {
        CheckLiterals(fixedInputs, "spec.fixed_inputs");
        CheckParameters(defaults);
        var variables = workflow?.Variables ?? [];
        foreach (var (name, parameter) in defaults?.Parameters ?? [])
        {
            var variable = Known(variables, name, "default_input");
            if (!LiteralTypes.Fits(parameter.Var.Type, variable.Type))
                throw WrongType("default_input", name, variable.Type, parameter.Var.Type);
        }
        foreach (var (name, literal) in fixedInputs?.Literals ?? [])
        {
            var variable = Known(variables, name, "fixed_input");
            var type = LiteralTypes.Of(literal);
            if (type is null || !LiteralTypes.Fits(type, variable.Type))
                throw WrongType("fixed_input", name, variable.Type, type);
        }

        var expected = new ParameterMap();
        foreach (var (name, variable) in variables)
        {
            if (defaults?.Parameters.TryGetValue(name, out var parameter) == true)
                expected.Parameters[name] = parameter;
            else if (fixedInputs?.Literals.ContainsKey(name) != true)
                expected.Parameters[name] = new Parameter
                {
                    Var = new Variable { Type = variable.Type, Description = variable.Description },
                    Required = true,
                };
        }
        return expected;
    }

    /// <summary>The inputs of one execution: its own, the defaults of what it leaves out, and the fixed ones.</summary>
    /// <param name="own">The execution's own inputs.</param>
    /// <param name="fixedInputs">The launch plan's fixed inputs.</param>
    /// <param name="expected">What the launch plan expects.</param>
    public static LiteralMap Merge(LiteralMap? own, LiteralMap? fixedInputs, ParameterMap? expected)
    {
        var parameters = expected?.Parameters ?? [];
        var merged = new LiteralMap();
        foreach (var (name, literal) in own?.Literals ?? [])
        {
            if (fixedInputs?.Literals.ContainsKey(name) == true)
                throw IdentifierRules.Invalid($"invalid input {name}: the launch plan fixes it, so it cannot be overridden");
            if (!parameters.TryGetValue(name, out var parameter))
                throw IdentifierRules.Invalid($"invalid input {name}: the launch plan takes {Listed(parameters.Keys)}");
            var type = LiteralTypes.Of(literal);
            if (type is null || !LiteralTypes.Fits(type, parameter.Var.Type))
                throw WrongType("input", name, parameter.Var.Type, type);
            merged.Literals[name] = literal;
        }
        foreach (var (name, parameter) in parameters)
        {
            if (merged.Literals.ContainsKey(name))
                continue;
            if (parameter.BehaviorCase == Parameter.BehaviorOneofCase.Default)
                merged.Literals[name] = parameter.Default;
            else if (parameter.Required)
                throw IdentifierRules.Invalid($"expected_inputs {name} missing: it is required and has no default");
        }
        foreach (var (name, literal) in fixedInputs?.Literals ?? [])
            merged.Literals[name] = literal;
        return merged;
    }

    /// <summary>Throws when a literal has no name or no value.</summary>
    /// <param name="map">The literals.</param>
    /// <param name="field">Their place in the message.</param>
    public static void CheckLiterals(LiteralMap? map, string field)
    {
        foreach (var (name, literal) in map?.Literals ?? [])
        {
            if (name.Length == 0)
                throw IdentifierRules.Invalid($"missing key in {field}");
            if (literal.ValueCase == Literal.ValueOneofCase.None)
                throw IdentifierRules.Invalid($"missing valid literal in {field} {name}");
        }
    }

    private static void CheckParameters(ParameterMap? map)
    {
        const string Field = "spec.default_inputs";
        foreach (var (name, parameter) in map?.Parameters ?? [])
        {
            if (name.Length == 0)
                throw IdentifierRules.Invalid($"missing key in {Field}");
            if (parameter.Var?.Type is null)
                throw IdentifierRules.Invalid($"{Field} {name} has no variable type");
            if (parameter.BehaviorCase is Parameter.BehaviorOneofCase.ArtifactQuery or Parameter.BehaviorOneofCase.ArtifactId)
                throw IdentifierRules.Invalid($"{Field} {name} asks for an artifact; artifacts are not supported");
            if (parameter.BehaviorCase != Parameter.BehaviorOneofCase.Default && !parameter.Required)
                throw IdentifierRules.Invalid($"{Field} {name} has neither a default nor is it required; one must be said");
            if (parameter.Default is not { } literal)
                continue;
            var type = LiteralTypes.Of(literal);
            if (type is null || !LiteralTypes.Fits(type, parameter.Var.Type))
                throw WrongType("default_input", name, parameter.Var.Type, type);
        }
    }

    private static Variable Known(Google.Protobuf.Collections.MapField<string, Variable> variables, string name, string what) =>
        variables.TryGetValue(name, out var variable)
            ? variable
            : throw IdentifierRules.Invalid($"unexpected {what} {name}: the workflow takes {Listed(variables.Keys)}");

    private static string Listed(ICollection<string> names) =>
        names.Count == 0 ? "no such input, or any other" : string.Join(", ", names.Order(StringComparer.Ordinal));

    private static Protocol.RpcException WrongType(string what, string name, LiteralType expected, LiteralType? actual) =>
        IdentifierRules.Invalid(
            $"invalid {what} wrong type {name}, expected {LiteralTypes.Describe(expected)}, got {LiteralTypes.Describe(actual)} instead"
        );
}
