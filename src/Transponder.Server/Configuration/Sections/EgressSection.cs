using Transponder.Core.Egress;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>egress</c>: how events leave, whatever the sink.</summary>
internal static class EgressSection
{
    public static EgressOptions Read(ConfigSection section)
    {
        var defaults = new EgressOptions();
        var options = new EgressOptions
        {
            Retention = section.Duration("retention", defaults.Retention),
            MaxStoreBytes = ByteSize.Read(section, "maxStoreSize"),
            DiskAlarm = section.Number("diskAlarmPercent", (int)(defaults.DiskAlarm * 100), 1, 100) / 100.0,
            LeaseDuration = section.Duration("leaseDuration", defaults.LeaseDuration),
        };
        if (options.Retention < TimeSpan.FromMinutes(1))
            section.Error("retention", "must be at least 1m");
        if (options.LeaseDuration < TimeSpan.FromSeconds(2) || options.LeaseDuration > TimeSpan.FromMinutes(10))
            section.Error("leaseDuration", "must be from 2s to 10m");
        return options;
    }
}
