using Transponder.Core.Store;

namespace Transponder.Core.Catalog;

/// <summary>Gives entities that an earlier release stored what lists need to know of them; nothing happens from the second start on.</summary>
public static class CatalogUpgrade
{
    private const int Batch = 200;

    /// <summary>Reads the traits of every entity that has none, and stores them.</summary>
    /// <param name="store">Where the catalog is kept.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    public static async Task RunAsync(ICatalogStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        while (await store.ListUntraitedAsync(Batch, cancellationToken) is { Count: > 0 } entities)
            await store.SetTraitsAsync(
                [.. entities.Select(entity => entity with { Traits = EntityTraits.Of(entity.Kind, entity.Body) })],
                cancellationToken
            );
    }
}
