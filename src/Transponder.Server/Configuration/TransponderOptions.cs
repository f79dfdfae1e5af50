using Transponder.Core.Catalog;
using Transponder.Core.Delivery;
using Transponder.Core.Egress;
using Transponder.Core.Ingestion;
using Transponder.Core.Retention;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Channels;
using Transponder.Server.Security;
using Transponder.Server.Sinks;
using Transponder.Server.Telemetry;
using Transponder.Server.Wire;

namespace Transponder.Server.Configuration;

/// <summary>The whole configuration, checked, with every default filled in. What runs reads this and nothing else.</summary>
public sealed record TransponderOptions
{
    /// <summary>Where the server listens.</summary>
    public WireOptions Wire { get; init; } = new();

    /// <summary>Who is let in.</summary>
    public AuthOptions Auth { get; init; } = new();

    /// <summary>How long a stop may take.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The store: <see cref="SqliteOptions"/> or <see cref="PostgresOptions"/>.</summary>
    public object Store { get; init; } = new SqliteOptions();

    /// <summary>Where users' files are kept.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>The domains that every project has.</summary>
    public IReadOnlyList<DomainOption> Domains { get; init; } = DomainOption.Defaults;

    /// <summary>Projects that exist from the start.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>What becomes of notifications.</summary>
    public NotificationOptions Notifications { get; init; } = new();

    /// <summary>The channels besides e-mail, by name.</summary>
    public IReadOnlyDictionary<string, ChannelOptions> Channels { get; init; } = new Dictionary<string, ChannelOptions>();

    /// <summary>What names in notifications stand for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Recipients { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Where outgoing requests may go.</summary>
    public OutboundPolicy Outbound { get; init; } = OutboundPolicy.Strict;

    /// <summary>Limits of ingestion, and the grace of an abort.</summary>
    public IngestionOptions Ingestion { get; init; } = new();

    /// <summary>How long things are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>Where traces, metrics and logs are exported to.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>How deliveries are made.</summary>
    public DeliveryOptions Delivery { get; init; } = new();

    /// <summary>How events leave, whatever the sink.</summary>
    public EgressOptions Egress { get; init; } = new();

    /// <summary>Where events go to, whichever section names it.</summary>
    public IReadOnlyList<SinkOptions> Sinks { get; init; } = [];
}

/// <summary>What becomes of notifications.</summary>
public sealed record NotificationOptions
{
    /// <summary>False = every delivery is recorded as suppressed: <c>notifications.type</c> is absent or <c>local</c>.</summary>
    public bool Enabled { get; init; }

    /// <summary>False = what upstream would accept is accepted, with a warning.</summary>
    public bool StrictAddresses { get; init; } = true;

    /// <summary>How mail leaves; null = there is no mail service.</summary>
    public ChannelOptions? Mail { get; init; }

    /// <summary>The subject's template; null = the default.</summary>
    public string? Subject { get; init; }

    /// <summary>The HTML body's template; null = the default.</summary>
    public string? Body { get; init; }
}
