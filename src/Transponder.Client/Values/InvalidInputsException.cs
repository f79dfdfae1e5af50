namespace Transponder.Client.Values;

/// <summary>Inputs that do not fit what they are for; it names every one of them, with its place and what was expected there.</summary>
public sealed class InvalidInputsException : ArgumentException
{
    internal InvalidInputsException(IReadOnlyList<string> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>One line each, such as <c>inputs.rows[3]: expected an integer, got the string "x"</c>.</summary>
    public IReadOnlyList<string> Problems { get; }
}
