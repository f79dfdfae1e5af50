namespace Transponder.Notifiers.Plugins;

/// <summary>
/// Makes channels of a type that Transponder does not know by itself. A plugin's assembly has a public class derived from this one, with a
/// constructor without parameters, for each type; a program that hosts the server hands over an instance instead.
/// </summary>
public abstract class NotifierPlugin
{
    /// <summary>What <c>type</c> says in the configuration: lower-case letters, digits and <c>-</c>.</summary>
    public abstract string Type { get; }

    /// <summary>How the channel's body template is written; <see cref="BodyFormat.Text"/> unless overridden.</summary>
    public virtual BodyFormat Format => BodyFormat.Text;

    /// <summary>
    /// Makes a channel. It only looks at the options: it is called to check a configuration too, so it connects to nothing. Throws
    /// <see cref="NotifierOptionException"/> for an option that is missing or wrong.
    /// </summary>
    /// <param name="options">The channel's name, its options, and what every channel is given.</param>
    public abstract Notifier Create(NotifierPluginOptions options);
}
