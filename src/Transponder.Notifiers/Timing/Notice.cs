namespace Transponder.Notifiers.Timing;

/// <summary>What a strategy wants said; the executor makes a message of it.</summary>
/// <param name="Title">The headline, in one line.</param>
/// <param name="Body">The text, plain unless <see cref="Format"/> says otherwise.</param>
/// <param name="Severity">How urgent it is.</param>
public sealed record Notice(string Title, string Body = "", Severity Severity = Severity.Info)
{
    /// <summary>How <see cref="Body"/> is written.</summary>
    public BodyFormat Format { get; init; }

    /// <summary>Facts beside the text.</summary>
    public IReadOnlyList<MessageField> Fields { get; init; } = [];

    /// <summary>Links beside the text.</summary>
    public IReadOnlyList<MessageLink> Links { get; init; } = [];

    /// <summary>Whether a later notice of this kind says all that this one does, and may take its place (<see cref="ExecutorOptions.UpdateInPlace"/>).</summary>
    public bool IsProgress { get; init; }
}
