using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Catalog;

/// <summary>
/// Stores an entity once. The same again is <see cref="StatusCode.AlreadyExists"/>, another one of the same name is
/// <see cref="StatusCode.InvalidArgument"/> with what differs, also when two callers race.
/// </summary>
internal sealed class EntityRegistration
{
    private readonly ICatalogStore store;
    private readonly TimeProvider clock;
    private readonly string kindName;
    private readonly EntityKind kind;

    public EntityRegistration(ICatalogStore store, TimeProvider clock, EntityKind kind, string kindName)
    {
        this.store = store;
        this.clock = clock;
        this.kind = kind;
        this.kindName = kindName;
    }

    /// <summary>Stores an entity.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="body">The message to store, given the moment of its registration.</param>
    /// <param name="essence">What makes it equal to another one.</param>
    /// <param name="essenceOf">The same of an entity that is stored already.</param>
    /// <param name="existing">The detail to send when it exists; told whether the stored one is equal.</param>
    /// <param name="description">The description that comes with it; null = none.</param>
    /// <param name="principal">Who registers it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task AddAsync(
        EntityKey key,
        Func<DateTimeOffset, IMessage> body,
        IMessage essence,
        Func<CatalogEntity, IMessage> essenceOf,
        Func<bool, IMessage?> existing,
        DescriptionEntity? description,
        string principal,
        CancellationToken cancellationToken
    )
    {
        var form = CanonicalForm.Of(essence);
        var now = clock.GetUtcNow();
        var message = body(now);
        var entity = new CatalogEntity
        {
            Kind = kind,
            Key = key,
            Body = message.ToByteArray(),
            Digest = form.Digest(),
            CreatedAt = now,
            UpdatedAt = now,
            Traits = EntityTraits.Of(message),
            Description = Described(description, key)?.ToByteArray(),
            Principal = principal,
        };
        if (await store.GetAsync(kind, key, cancellationToken) is { } before)
            throw Exists(before);
        if (await store.AddAsync(entity, cancellationToken))
            return;
        throw Exists(await store.GetAsync(kind, key, cancellationToken) ?? entity);

        RpcException Exists(CatalogEntity stored)
        {
            var same = stored.Digest.AsSpan().SequenceEqual(entity.Digest);
            IMessage[] details = existing(same) is { } detail ? [detail] : [];
            if (same)
                return new RpcException(StatusCode.AlreadyExists, $"{kindName} {key} with identical structure already exists", details);
            return new RpcException(
                StatusCode.InvalidArgument,
                $"{kindName} {key} with different structure already exists; register a new version. What differs:"
                    + form.DifferencesFrom(CanonicalForm.Of(essenceOf(stored))),
                details
            );
        }
    }

    /// <summary>The stored entity; <see cref="StatusCode.NotFound"/> when there is none.</summary>
    public async Task<CatalogEntity> GetAsync(EntityKey key, CancellationToken cancellationToken) =>
        await store.GetAsync(kind, key, cancellationToken) ?? throw IdentifierRules.NotFound(kindName, key);

    private DescriptionEntity? Described(DescriptionEntity? description, EntityKey key)
    {
        if (description?.Clone() is not { } stored)
            return null;
        stored.Id = key.ToIdentifier((ResourceType)kind);
        return stored;
    }
}
