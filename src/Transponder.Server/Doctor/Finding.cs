namespace Transponder.Server.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Area">What it belongs to: config, server, store, clock, ports, channel, sink.</param>
/// <param name="Subject">What was looked at; empty when the area says it all.</param>
/// <param name="Level">Whether it works.</param>
/// <param name="Text">What was found, in one line without secrets.</param>
/// <param name="Advice">What to do; empty when nothing is.</param>
internal sealed record Finding(string Area, string Subject, FindingLevel Level, string Text, string Advice = "")
{
    public static Finding Ok(string area, string subject, string text) => new(area, subject, FindingLevel.Ok, text);

    public static Finding Warn(string area, string subject, string text, string advice) =>
        new(area, subject, FindingLevel.Warn, text, advice);

    public static Finding Fail(string area, string subject, string text, string advice) =>
        new(area, subject, FindingLevel.Fail, text, advice);
}

/// <summary>Whether what was looked at works. The numbers are the API's.</summary>
internal enum FindingLevel
{
    /// <summary>It works.</summary>
    Ok = 1,

    /// <summary>It works, and someone should look.</summary>
    Warn = 2,

    /// <summary>It does not work.</summary>
    Fail = 3,
}
