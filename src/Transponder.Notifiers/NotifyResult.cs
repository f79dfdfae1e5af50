using System.Globalization;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers;

/// <summary>What became of one message of a task: the last attempt's result, how many there were, and for combined channels what each part said.</summary>
/// <param name="Channel">The channel's type.</param>
/// <param name="Last">What the last attempt came to.</param>
/// <param name="Attempts">How many attempts there were.</param>
/// <param name="Elapsed">How long they took, pauses included.</param>
public sealed record NotifyResult(string Channel, DeliveryResult Last, int Attempts, TimeSpan Elapsed)
{
    /// <summary>True when the message arrived: at every channel of a <see cref="MultiNotifier"/> that sends to all, at one of the others.</summary>
    public bool IsDelivered => Last is DeliveryResult.Delivered;

    /// <summary>What each channel of a <see cref="MultiNotifier"/> came to; empty for a single channel.</summary>
    public IReadOnlyList<NotifyResult> Parts { get; init; } = [];

    /// <summary>True when the message did not arrive and waits on disk, to be sent later.</summary>
    public bool IsSpooled { get; init; }

    /// <summary>Why a message that did not arrive could not be kept for later either; null when it was kept, or was not to be.</summary>
    public string? SpoolProblem { get; init; }

    /// <summary>One line for a log, free of secrets.</summary>
    public override string ToString()
    {
        var said = Last.Detail.Length == 0 ? "" : $": {Last.Detail}";
        var outcome = Last switch
        {
            DeliveryResult.Delivered => "delivered",
            _ when IsSpooled => $"kept for later ({Last.Reason})",
            DeliveryResult.Rejected => $"rejected ({Last.Reason})",
            _ => $"not delivered ({Last.Reason})",
        };
        var tries = Attempts == 1 ? "1 attempt" : string.Create(CultureInfo.InvariantCulture, $"{Attempts} attempts");
        return $"{Channel} {outcome} after {tries} in {TemplateTokens.Human(Elapsed)}{said}{(SpoolProblem is null ? "" : $"; not kept either: {SpoolProblem}")}";
    }
}
