namespace Transponder.Notifiers.Channels.Console;

/// <summary>Writes messages to the console, each in one piece: for development, and for what gathers the output of processes.</summary>
public sealed class ConsoleNotifier : Notifier
{
    private readonly ConsoleOptions options;
    private readonly TextWriter? writer;
    private readonly Lock gate = new();

    /// <summary>Makes one.</summary>
    /// <param name="options">How it writes; null = for people, to standard output.</param>
    /// <param name="writer">Where it writes; null = the process's own output. It stays the caller's.</param>
    public ConsoleNotifier(ConsoleOptions? options = null, TextWriter? writer = null)
    {
        this.options = options ?? new ConsoleOptions();
        this.writer = writer;
    }

    /// <inheritdoc />
    public override string Type => "console";

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => Check(target);

    /// <summary>Says what is wrong with a target; the console has none.</summary>
    /// <param name="target">What an address has after the channel's name; null when nothing.</param>
    public static string? Check(string? target) => target is null ? null : "the console has no targets; use the channel's name alone";

    /// <inheritdoc />
    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        var text = options.Json ? ConsoleJson.Line(message) : ConsoleText.Lines(message);
        return Task.FromResult(Write(text));
    }

    private DeliveryResult Write(string text)
    {
        var output = writer ?? (options.ToStandardError ? System.Console.Error : System.Console.Out);
        try
        {
            lock (gate)
            {
                output.Write(text);
                output.Flush();
            }
            return new DeliveryResult.Delivered(null, "written");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return new DeliveryResult.Retry(DeliveryReason.ConnectionLost, "nobody reads the output any more");
        }
    }
}
