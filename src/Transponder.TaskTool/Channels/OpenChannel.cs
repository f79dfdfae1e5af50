using Transponder.Notifiers;

namespace Transponder.TaskTool.Channels;

/// <summary>A channel that is ready to send.</summary>
/// <param name="Label">What its user calls it, without a secret.</param>
/// <param name="SpoolName">What the spool calls it.</param>
/// <param name="Notifier">The channel.</param>
internal sealed record OpenChannel(string Label, string SpoolName, Notifier Notifier);
