using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Stores.Sqlite;

/// <summary>The contract over SQLite.</summary>
public sealed class SqliteStoreTests : StoreContract
{
    private readonly TempDirectory _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<IStore> OpenAsync() => OpenAsync("data/transponder.db");

    protected override Task<IStore> OpenEmptyAsync() => OpenAsync("other/transponder.db");

    protected override Task ExecuteAsync(string sql)
    {
        SqliteUpgradeTests.Execute(_folder.File("data/transponder.db"), sql);
        return Task.CompletedTask;
    }

    private Task<IStore> OpenAsync(string name) =>
        Task.FromResult<IStore>(SqliteStore.Open(new SqliteOptions { File = _folder.File(name) }, TimeProvider.System));
}
