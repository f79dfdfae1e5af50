using System.Security.Cryptography;
using System.Text;
using Transponder.Notifiers.Spool;
using Xunit;

namespace Transponder.Tests.Notifiers.Spool;

public sealed class NameDigestTests
{
    [Fact]
    public void Is_the_beginning_of_sha_256_for_names_of_every_length()
    {
        for (var length = 0; length < 300; length++)
        {
            var name = new string('n', length / 2) + new string('é', length % 2) + new string('z', length / 2);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8)), NameDigest.Of(name));
        }
    }
}
