using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Transponder.Server.Security;

/// <summary>
/// The configuration's tokens, kept as hashes. Secrets are read again every second that a call comes in, so that a rotated file takes effect by itself;
/// one that cannot be read keeps its last value, with a warning.
/// </summary>
internal sealed partial class StaticTokens
{
    private const int LongestToken = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<TokenOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Lock reading = new();
    private readonly string?[] problems;
    private Entry[] entries;
    private Seen[] seen = [];
    private long readAt;

    /// <summary>Reads the secrets.</summary>
    /// <param name="options">The tokens.</param>
    /// <param name="clock">Says when to read again.</param>
    /// <param name="log">Gets warnings.</param>
    /// <param name="former">Tokens whose last good secrets hold where the same secret cannot be read.</param>
    public StaticTokens(IReadOnlyList<TokenOptions> options, TimeProvider clock, ILogger log, StaticTokens? former = null)
    {
        (this.options, this.clock, this.log) = (options, clock, log);
        problems = new string?[options.Count];
        entries = [.. options.Select(token => new Entry(former?.HashOf(token), Caller.Of(token.Name, token.Grant)))];
        readAt = clock.GetTimestamp();
        entries = Read(entries);
    }

    /// <summary>The caller that holds the token.</summary>
    public bool TryFind(ReadOnlySpan<char> token, [NotNullWhen(true)] out Caller? caller)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref readAt)) > Patience)
            ReadAgain();
        caller = null;
        if (token.Length > LongestToken)
            return false;
        // The short hash is keyed anew in each process, so that its comparison tells a stranger nothing.
        var print = string.GetHashCode(token);
        foreach (var known in Volatile.Read(ref seen))
        {
            if (known.Print == print && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(token), known.Token))
            {
                caller = known.Caller;
                return true;
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(token, hash);
        var asked = Volatile.Read(ref entries);
        foreach (var entry in asked)
        {
            if (entry.Hash is { } known && CryptographicOperations.FixedTimeEquals(hash, known))
                caller = entry.Caller;
        }

        if (caller is null)
            return false;
        Remember(asked, new Seen(print, MemoryMarshal.AsBytes(token).ToArray(), caller));
        return true;
    }

    private byte[]? HashOf(TokenOptions token)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i].Name == token.Name && options[i].Secret == token.Secret)
                return Volatile.Read(ref entries)[i].Hash;
        }

        return null;
    }

    // Hashing costs more than the rest of a call's admission; what was found good in this second is compared as it is.
    private void Remember(Entry[] asked, Seen good)
    {
        lock (reading)
        {
            if (ReferenceEquals(asked, entries) && seen.Length < options.Count)
                Volatile.Write(ref seen, [.. seen, good]);
        }
    }

    private void ReadAgain()
    {
        lock (reading)
        {
            if (clock.GetElapsedTime(readAt) <= Patience)
                return;
            Volatile.Write(ref entries, Read(entries));
            Volatile.Write(ref seen, []);
            Volatile.Write(ref readAt, clock.GetTimestamp());
        }
    }

    private Entry[] Read(Entry[] before)
    {
        var after = new Entry[before.Length];
        for (var i = 0; i < before.Length; i++)
        {
            after[i] = before[i];
            if (!options[i].Secret.TryResolve(out var secret, out var problem))
                Warn(i, problem);
            else if (secret.Length < TokenOptions.ShortestSecret)
                Warn(i, $"{options[i].Secret.Place} holds fewer than {TokenOptions.ShortestSecret} characters");
            else
            {
                problems[i] = null;
                var hash = new byte[SHA256.HashSizeInBytes];
                Hash(secret, hash);
                after[i] = before[i] with { Hash = hash };
            }
        }

        return after;
    }

    private void Warn(int index, string problem)
    {
        if (problems[index] != problem)
            LogUnreadable(log, options[index].Name, problem);
        problems[index] = problem;
    }

    private static void Hash(ReadOnlySpan<char> token, Span<byte> hash)
    {
        Span<byte> room = stackalloc byte[512];
        if (!Encoding.UTF8.TryGetBytes(token, room, out var length))
        {
            room = new byte[Encoding.UTF8.GetByteCount(token)];
            length = Encoding.UTF8.GetBytes(token, room);
        }

        SHA256.HashData(room[..length], hash);
    }

    private sealed record Entry(byte[]? Hash, Caller Caller);

    private sealed record Seen(int Print, byte[] Token, Caller Caller);

    [LoggerMessage(
        EventId = 200,
        Level = LogLevel.Warning,
        Message = "The secret of token {Name} cannot be used, so the last good one holds: {Problem}."
    )]
    private static partial void LogUnreadable(ILogger logger, string name, string problem);
}
