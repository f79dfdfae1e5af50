namespace Transponder.Notifiers.Plugins;

/// <summary>An option of a plugin's channel is missing or wrong. The text names the problem and never a secret.</summary>
public sealed class NotifierOptionException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="option">The option's key.</param>
    /// <param name="problem">What is wrong with it.</param>
    public NotifierOptionException(string option, string problem)
        : base(problem) => Option = option;

    /// <summary>The option's key.</summary>
    public string Option { get; }
}
