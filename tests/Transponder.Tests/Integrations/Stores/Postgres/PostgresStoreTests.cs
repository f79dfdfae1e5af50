using Transponder.Core.Store;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

/// <summary>The contract over PostgreSQL, from an empty database without statistics.</summary>
[Trait("needs", "servers")]
public sealed partial class PostgresStoreTests(PostgresCluster cluster) : StoreContract
{
    private string? _database;

    protected override async Task<IStore> OpenAsync() => PostgresDatabases.Open(_database ??= await cluster.CreateDatabaseAsync());

    protected override Task ExecuteAsync(string sql) => PostgresDatabases.RunAsync(_database!, sql);

    protected override async Task<IStore> OpenEmptyAsync() => PostgresDatabases.Open(await cluster.CreateDatabaseAsync());
}
