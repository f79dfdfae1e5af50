using Transponder.Notifiers.Outbound;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>outbound</c>: where outgoing requests may go.</summary>
internal static class OutboundSection
{
    public static OutboundPolicy Read(ConfigSection section)
    {
        var policy = OutboundPolicy.Parse(section.Texts("allow"), out var problems);
        foreach (var problem in problems)
            section.Error("allow", problem);
        return policy with { AllowHttp = section.Flag("allowHttp", false) };
    }
}
