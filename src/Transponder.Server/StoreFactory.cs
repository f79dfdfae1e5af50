using Transponder.Core.Store;
using Transponder.Integrations.Stores.Postgres;
using Transponder.Integrations.Stores.Sqlite;

namespace Transponder.Server;

/// <summary>Opens the store that the configuration names.</summary>
internal static class StoreFactory
{
    public static IStore Open(object options, ILoggerFactory logs, TimeProvider? time = null) =>
        options switch
        {
            SqliteOptions sqlite => SqliteStore.Open(sqlite, time ?? TimeProvider.System, logs.CreateLogger<SqliteStore>()),
            PostgresOptions postgres => new PostgresStore(postgres),
            _ => throw new ArgumentException($"no store for {options.GetType().Name}", nameof(options)),
        };
}
