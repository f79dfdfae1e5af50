using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Transponder.Notifiers.Spool;

/// <summary>
/// SHA-256 of a channel's name. The framework's own needs OpenSSL, which an image may not have, and which takes longer
/// to load than all else that keeps a message.
/// </summary>
internal static class NameDigest
{
    private const int Block = 64;

    private static ReadOnlySpan<uint> Rounds =>
        [
            0x428a2f98,
            0x71374491,
            0xb5c0fbcf,
            0xe9b5dba5,
            0x3956c25b,
            0x59f111f1,
            0x923f82a4,
            0xab1c5ed5,
            0xd807aa98,
            0x12835b01,
            0x243185be,
            0x550c7dc3,
            0x72be5d74,
            0x80deb1fe,
            0x9bdc06a7,
            0xc19bf174,
            0xe49b69c1,
            0xefbe4786,
            0x0fc19dc6,
            0x240ca1cc,
            0x2de92c6f,
            0x4a7484aa,
            0x5cb0a9dc,
            0x76f988da,
            0x983e5152,
            0xa831c66d,
            0xb00327c8,
            0xbf597fc7,
            0xc6e00bf3,
            0xd5a79147,
            0x06ca6351,
            0x14292967,
            0x27b70a85,
            0x2e1b2138,
            0x4d2c6dfc,
            0x53380d13,
            0x650a7354,
            0x766a0abb,
            0x81c2c92e,
            0x92722c85,
            0xa2bfe8a1,
            0xa81a664b,
            0xc24b8b70,
            0xc76c51a3,
            0xd192e819,
            0xd6990624,
            0xf40e3585,
            0x106aa070,
            0x19a4c116,
            0x1e376c08,
            0x2748774c,
            0x34b0bcb5,
            0x391c0cb3,
            0x4ed8aa4a,
            0x5b9cca4f,
            0x682e6ff3,
            0x748f82ee,
            0x78a5636f,
            0x84c87814,
            0x8cc70208,
            0x90befffa,
            0xa4506ceb,
            0xbef9a3f7,
            0xc67178f2,
        ];

    /// <summary>The first eight bytes, in hexadecimal.</summary>
    public static string Of(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var padded = new byte[(text.Length + 8 + Block) / Block * Block];
        text.CopyTo(padded, 0);
        padded[text.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - 8), (ulong)text.Length * 8);

        uint[] state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        for (var at = 0; at < padded.Length; at += Block)
            Mix(state, padded.AsSpan(at, Block));
        return $"{state[0]:x8}{state[1]:x8}";
    }

    private static void Mix(uint[] state, ReadOnlySpan<byte> block)
    {
        var words = new uint[64];
        for (var i = 0; i < 16; i++)
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        for (var i = 16; i < 64; i++)
        {
            var (early, late) = (words[i - 15], words[i - 2]);
            var low = BitOperations.RotateRight(early, 7) ^ BitOperations.RotateRight(early, 18) ^ (early >> 3);
            var high = BitOperations.RotateRight(late, 17) ^ BitOperations.RotateRight(late, 19) ^ (late >> 10);
            words[i] = unchecked(words[i - 16] + low + words[i - 7] + high);
        }

        uint a = state[0],
            b = state[1],
            c = state[2],
            d = state[3],
            e = state[4],
            f = state[5],
            g = state[6],
            h = state[7];
        for (var i = 0; i < 64; i++)
        {
            var turnedE = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            var first = unchecked(h + turnedE + ((e & f) ^ (~e & g)) + Rounds[i] + words[i]);
            var turnedA = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            var second = unchecked(turnedA + ((a & b) ^ (a & c) ^ (b & c)));
            h = g;
            g = f;
            f = e;
            e = unchecked(d + first);
            d = c;
            c = b;
            b = a;
            a = unchecked(first + second);
        }
        Add(state, [a, b, c, d, e, f, g, h]);
    }

    private static void Add(uint[] state, ReadOnlySpan<uint> mixed)
    {
        for (var i = 0; i < state.Length; i++)
            state[i] = unchecked(state[i] + mixed[i]);
    }
}
